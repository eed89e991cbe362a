import type { Escape } from './escapes.ts'

/** Numbers of system calls by processor: x86-64, ARM64. */
const NUMBERS: Record<string, readonly [number, number]> = {
  add_key: [248, 217],
  request_key: [249, 218],
  keyctl: [250, 219],
  ptrace: [101, 117],
  process_vm_readv: [310, 270],
  personality: [135, 92],
  memfd_create: [319, 279],
  shmget: [29, 194],
  mq_open: [240, 180],
  io_uring_setup: [425, 425],
  userfaultfd: [323, 282],
  bpf: [321, 280],
  perf_event_open: [298, 241],
  clone: [56, 220],
  clone3: [435, 435],
  name_to_handle_at: [303, 264],
  fsopen: [430, 430],
  open_tree: [428, 428],
  pidfd_open: [434, 434],
  pidfd_getfd: [438, 438],
  quotactl: [179, 60],
  landlock_create_ruleset: [444, 444],
}

/** A program whose body may use `call(name, ...)`, which gives the kernel's answer and sets `errno`. */
function kernel(body: string): string {
  const lines = body
    .trim()
    .split('\n')
    .map((line) => `    ${line}`)
  return `
import ctypes, mmap, os, platform, signal, socket, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
NUMBERS = ${JSON.stringify(NUMBERS)}
def call(name, *arguments):
    number = NUMBERS[name][0 if platform.machine() == 'x86_64' else 1]
    return libc.syscall(number, *[ctypes.c_long(each) if isinstance(each, int) else each for each in arguments])

def attack():
${lines.join('\n')}
`
}

const opened = (expression: string): string => `return 'through' if ${expression} >= 0 else ''`

/** Ways out by what the kernel offers beside files and the network. */
export const kernelEscapes: readonly Escape[] = [
  {
    name: 'reach the session keyring',
    works: true,
    program: () => kernel(opened("call('keyctl', 0, -3, 0)")),
  },
  {
    name: 'leave a key behind',
    works: true,
    program: ({ token }) =>
      kernel(`
key = call('add_key', b'user', b'${token}', b'x', 1, -3)
if key < 0: return ''
call('keyctl', 9, key, -3)
return 'through'`),
  },
  {
    name: 'ask for a key',
    program: ({ token }) => kernel(opened(`call('request_key', b'user', b'${token}', None, -3)`)),
  },
  {
    name: 'hold memory that no limit counts',
    works: true,
    program: () =>
      kernel(`
held = call('memfd_create', b'x', 0)
os.ftruncate(held, 4 << 30)
return 'through'`),
  },
  {
    name: 'hold shared memory',
    works: true,
    program: () =>
      kernel(`
held = call('shmget', 0, 1 << 20, 0o1600)
if held < 0: return ''
libc.shmctl(held, 0, None)
return 'through'`),
  },
  {
    name: 'open a message queue',
    works: true,
    program: ({ token }) =>
      kernel(`
queue = call('mq_open', b'${token}', 0o102, 0o600, None)
if queue < 0: return ''
libc.mq_unlink(b'/${token}')
return 'through'`),
  },
  {
    name: 'be traced',
    works: true,
    program: () => kernel(opened("call('ptrace', 0, 0, 0, 0)")),
  },
  {
    name: 'read memory by process id',
    works: true,
    program: () =>
      kernel(`
target, here = ctypes.create_string_buffer(b'secret'), ctypes.create_string_buffer(6)
def vector(buffer): return ctypes.create_string_buffer(struct.pack('PP', ctypes.addressof(buffer), 6))
return 'through' if call('process_vm_readv', os.getpid(), vector(here), 1, vector(target), 1, 0) == 6 else ''`),
  },
  {
    name: 'change how the kernel treats it',
    works: true,
    program: () => kernel(opened("call('personality', 0x0400000)")),
  },
  {
    name: 'start a process in a user namespace',
    program: () =>
      kernel(`
child = call('clone', 0x10000000 | signal.SIGCHLD, 0, 0, 0, 0)
if child == 0: os._exit(0)
return 'through' if child > 0 else ''`),
  },
  {
    name: 'start a process in a network of its own',
    program: () =>
      kernel(`
arguments = ctypes.create_string_buffer(struct.pack('8Q', 0x40000000 | 0x10000000, 0, 0, 0, signal.SIGCHLD, 0, 0, 0))
child = call('clone3', arguments, 64)
if child == 0: os._exit(0)
return 'through' if child > 0 else ''`),
  },
  { name: 'open an io_uring', program: () => kernel(opened("call('io_uring_setup', 4, bytes(120))")) },
  { name: 'handle page faults', program: () => kernel(opened("call('userfaultfd', 1)")) },
  { name: 'load a program into the kernel', program: () => kernel(opened("call('bpf', 0, bytes(72), 72)")) },
  {
    name: 'watch the processor',
    program: () =>
      kernel(opened("call('perf_event_open', struct.pack('IIQ', 1, 112, 0) + bytes(96), 0, -1, -1, 0)")),
  },
  {
    name: 'name a file by its handle',
    program: () =>
      kernel(
        opened(
          "call('name_to_handle_at', -100, b'/usr', struct.pack('II', 128, 0) + bytes(128), bytes(4), 0)",
        ),
      ),
  },
  {
    name: 'mount by the newer calls',
    program: () => kernel(opened("max(call('fsopen', b'tmpfs', 0), call('open_tree', -100, b'/usr', 1))")),
  },
  {
    name: 'take a file from another process',
    program: () =>
      kernel(`
process = call('pidfd_open', os.getppid(), 0)
return 'through' if process >= 0 and call('pidfd_getfd', process, 0, 0) >= 0 else ''`),
  },
  {
    name: 'talk to the host of a virtual machine',
    works: true,
    program: () =>
      kernel(
        "socket.socket(getattr(socket, 'AF_VSOCK', socket.AF_UNIX), socket.SOCK_STREAM)\nreturn 'through'",
      ),
  },
  {
    name: 'talk to the kernel by netlink',
    works: true,
    program: () => kernel("socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)\nreturn 'through'"),
  },
  {
    name: 'type into a terminal',
    program: () =>
      kernel(`
import fcntl
for descriptor in range(8):
    try: fcntl.ioctl(descriptor, 0x5412, b'x')
    except OSError: continue
    return 'through'
return ''`),
  },
]
