/** What an attack may know of the machine it wants to reach. */
export type Target = {
  secretFile: string
  writableFile: string
  port: number
  abstractSocket: string
  pid: number
  variable: string
  token: string
}

export type Escape = {
  name: string
  /** Defines `attack()`, which returns `'through'` when it has got out. */
  program: (target: Target) => string
  /** `true` when it gets through without a sandbox, which the test then shows, so that it is the sandbox that stops it. */
  works?: boolean
}

function python(body: string): string {
  const lines = body
    .trim()
    .split('\n')
    .map((line) => `    ${line}`)
  return `import ctypes, os, signal, socket, subprocess, sys, threading, time\nlibc = ctypes.CDLL(None, use_errno=True)\n\ndef attack():\n${lines.join('\n')}\n`
}

/** Ways out: to files, the environment, the network, processes and privileges of the machine. */
export const escapes: readonly Escape[] = [
  {
    name: 'read a secret file',
    works: true,
    program: ({ secretFile, token }) =>
      python(`return 'through' if '${token}' in open('${secretFile}').read() else ''`),
  },
  {
    name: 'read it through a symbolic link',
    works: true,
    program: ({ secretFile, token }) =>
      python(`
link = '/tmp/link-%d' % os.getpid()
os.symlink('${secretFile}', link)
try:
    return 'through' if '${token}' in open(link).read() else ''
finally:
    os.unlink(link)`),
  },
  {
    name: 'read the password file',
    works: true,
    program: () => python(`return 'through' if 'root' in open('/etc/passwd').read() else ''`),
  },
  {
    name: 'read the environment',
    works: true,
    program: ({ variable }) => python(`return 'through' if '${variable}' in os.environ else ''`),
  },
  {
    name: 'read the environment of another process',
    works: true,
    program: ({ pid }) => python(`return 'through' if len(open('/proc/${pid}/environ').read()) >= 0 else ''`),
  },
  {
    name: 'list the processes of the machine',
    works: true,
    program: ({ pid }) => python(`return 'through' if '${pid}' in os.listdir('/proc') else ''`),
  },
  {
    name: 'signal the process that started it',
    works: true,
    program: ({ pid }) => python(`os.kill(${pid}, 0)\nreturn 'through'`),
  },
  {
    name: 'find any process but its own',
    works: true,
    program: () =>
      python(`
for pid in [*range(2, 400), os.getppid()]:
    try:
        if pid not in (1, os.getpid()): os.kill(pid, 0)
        else: continue
        return 'through'
    except PermissionError: return 'through'
    except ProcessLookupError: pass
return ''`),
  },
  {
    name: 'trace the process that started it',
    program: ({ pid }) => python(`return 'through' if libc.ptrace(16, ${pid}, 0, 0) == 0 else ''`),
  },
  {
    name: 'write a file of the machine',
    works: true,
    program: ({ writableFile }) => python(`open('${writableFile}', 'w').write('x')\nreturn 'through'`),
  },
  {
    name: 'write to the system folders',
    program: () =>
      python(`
for folder in ('/', '/usr', '/usr/bin', '/usr/lib', '/bin', '/lib', '/etc', '/dev', '/dev/shm', '/var', '/root', '/home'):
    try:
        open(folder + '/attack', 'w').write('x')
        return 'through'
    except OSError: pass
return ''`),
  },
  {
    name: 'connect to a local port',
    works: true,
    program: ({ port }) => python(`socket.create_connection(('127.0.0.1', ${port}), 2)\nreturn 'through'`),
  },
  {
    name: 'connect to an abstract socket',
    works: true,
    program: ({ abstractSocket }) =>
      python(`
client = socket.socket(socket.AF_UNIX)
client.connect('\\0${abstractSocket}')
return 'through'`),
  },
  {
    name: 'connect to another machine',
    program: () =>
      python(`
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.connect(('192.0.2.1', 53))
return 'through'`),
  },
  {
    name: 'see a network interface other than its loopback',
    program: () =>
      python(`return 'through' if [name for _, name in socket.if_nameindex() if name != 'lo'] else ''`),
  },
  {
    name: 'mount a file system',
    program: () => python(`return 'through' if libc.mount(b'none', b'/tmp', b'tmpfs', 0, None) == 0 else ''`),
  },
  {
    name: 'make the system folders writable',
    program: () =>
      python(`return 'through' if libc.mount(None, b'/usr', None, 32 | 4096, None) == 0 else ''`),
  },
  {
    name: 'unmount what hides the machine',
    program: () =>
      python(`return 'through' if libc.umount2(b'/tmp', 2) == 0 or libc.umount2(b'/', 2) == 0 else ''`),
  },
  {
    name: 'open a user namespace of its own',
    program: () => python(`return 'through' if libc.unshare(0x10000000) == 0 else ''`),
  },
  {
    name: 'enter the namespaces of the machine',
    program: ({ pid }) =>
      python(`
descriptor = os.open('/proc/${pid}/ns/mnt', os.O_RDONLY)
return 'through' if libc.setns(descriptor, 0) == 0 else ''`),
  },
  {
    name: 'leave by chroot',
    program: () =>
      python(`
os.makedirs('/tmp/jail', exist_ok=True)
os.chroot('/tmp/jail')
return 'through'`),
  },
  {
    name: 'become root',
    program: () => python(`os.setuid(0)\nreturn 'through' if os.getuid() == 0 else ''`),
  },
  {
    name: 'become root by a program',
    program: () =>
      python(`
for command in (['unshare', '-r', 'id', '-u'], ['su', '-c', 'id -u'], ['sudo', '-n', 'id', '-u']):
    try:
        if subprocess.run(command, capture_output=True, text=True, timeout=5).stdout.strip() == '0': return 'through'
    except OSError: pass
return ''`),
  },
  {
    name: 'make or open a device',
    program: () =>
      python(`
for path in ('/dev/mem', '/dev/kmsg', '/dev/sda', '/dev/vda', '/dev/tty', '/dev/ptmx', '/dev/kvm', '/dev/fuse'):
    try:
        os.open(path, os.O_RDWR)
        return 'through'
    except OSError: pass
os.mknod('/tmp/device', 0o020600, os.makedev(1, 1))
open('/tmp/device', 'rb').read(1)
return 'through'`),
  },
  {
    name: 'change the name of the machine',
    program: () => python(`socket.sethostname('attack')\nreturn 'through'`),
  },
  {
    name: 'lift its own limits',
    program: () =>
      python(`
import resource
resource.setrlimit(resource.RLIMIT_NPROC, (100_000, 100_000))
return 'through'`),
  },
  {
    name: 'use a file that it inherited',
    program: () =>
      python(`
import stat
for descriptor in range(256):
    try: mode = os.fstat(descriptor).st_mode
    except OSError: continue
    if stat.S_ISDIR(mode) or stat.S_ISREG(mode): return 'through'
return ''`),
  },
]
