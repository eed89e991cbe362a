import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { lstatSync, readlinkSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { withSessionKeyring } from './session-keyring.ts'
import { hasSystemCallFilter, systemCallFilter } from './system-call-filter.ts'

/** What one sandbox may use. */
type SandboxLimits = {
  /** CPU seconds of each process; the kernel counts them, so a busy machine makes no quick program fail. */
  cpuSeconds: number
  /** Megabytes of address space (Python) or of data (Node, which reserves far more address space than it uses) of each process. */
  memoryMb: number
  /** Processes and threads together. */
  processes: number
  /** Megabytes of any file; twice that of all of them. */
  fileMb: number
}

export type SandboxProgram = {
  /** Program and arguments as they are called inside. */
  argv: readonly string[]
  limits: SandboxLimits
  /** Files outside of /usr that the program needs, bound read-only at the same path. */
  readable?: readonly string[]
  /** `data` limits data instead of address space. */
  memoryKind?: 'address-space' | 'data'
}

export type SandboxEnd = {
  /** Exit status, 128 + signal number for a killed program. */
  status: number
  /** The first 8 kB of what it wrote to its standard error. */
  complaint: string
  /** Whether it was killed for writing without end. */
  flooded: boolean
}

export type Sandbox = {
  stdin: Writable
  stdout: Readable
  /**
   * What the program wrote to its file descriptor 3, which its standard streams cannot reach: the first line, or what
   * there was of it at its end.
   */
  result: Promise<string>
  ended: Promise<SandboxEnd>
  /** Ends every process of the sandbox at once. */
  kill(): void
  /** Closes the program's input, waits for its end and kills it where it does not come soon. */
  finish(): Promise<void>
}

type Streams = [Writable, Readable, Readable, Readable, Writable]

/** Whom a sandbox runs as when this process is root; `nobody` wherever it exists. */
const NOBODY = '65534'
const FILTER_DESCRIPTOR = 4
const DEVICES = ['null', 'zero', 'full', 'random', 'urandom']
const COMPLAINT_BYTES = 8_192
const RESULT_BYTES = 65_536
const NOT_STARTED = 127
const KILLED = 137
const GRACE_MS = 500

/**
 * Starts a program in a sandbox of bubblewrap: own user, process, network, mount, IPC and host-name namespaces, no
 * further user namespaces, no capabilities, an empty environment, no /proc, a read-only /usr and a /tmp of its own in
 * memory; a session keyring of its own and a filter that leaves of the kernel's calls those that programs need; limits by
 * prlimit inside, so that they count per sandbox. The sandbox dies with this process.
 *
 * Never as root: the kernel ignores the process limit for root and lets it read what root owns, so a root process
 * becomes `nobody` first. bubblewrap's own `--uid` would not do: it only changes what the program sees.
 *
 * bubblewrap leaves it to the machine's first process to collect its own: a container that runs this as its first
 * process needs an init (`docker run --init`), or every sandbox leaves a zombie.
 *
 * @param environment variables around the sandbox, for the probe that they do not get in
 */
export function startSandbox(program: SandboxProgram, environment: Record<string, string> = {}): Sandbox {
  const [file, ...args] = sandboxCommand(program) as [string, ...string[]]
  const child = spawn(file, args, {
    // Only to find the programs; bubblewrap clears it before anything untrusted runs.
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
    // A process group of its own, so that killing the group takes everything that bubblewrap has started.
    detached: true,
  })
  const [stdin, stdout, stderr, result, filter] = child.stdio as unknown as Streams
  // Writing to a program that has ended is no event of its own: `ended` tells.
  for (const stream of [stdin, filter]) stream.on('error', () => stream.destroy())
  filter.end(systemCallFilter())
  let flooded = false
  const most = bytes(program.limits.fileMb)
  const complaint = firstOf(stderr, { keep: COMPLAINT_BYTES, most, flood })
  const ended = endOf(child).then(async (status) => ({ status, complaint: await complaint, flooded }))
  return {
    stdin,
    stdout,
    result: firstOf(result, { keep: RESULT_BYTES, most, flood, until: '\n' }),
    ended,
    kill,
    finish,
  }

  function flood(): void {
    flooded = true
    kill()
  }

  function kill(): void {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    try {
      process.kill(-child.pid, 'SIGKILL')
    } catch (error) {
      // It has ended by itself and this process has not heard of it yet.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }

  async function finish(): Promise<void> {
    stdin.end()
    // Unread output would keep the stream, and so the child, open for ever.
    stdout.destroy()
    const timer = setTimeout(kill, GRACE_MS)
    await ended
    clearTimeout(timer)
  }
}

/** The command line, outermost program first: a new keyring, setpriv (root only), bwrap, prlimit, the program. */
export function sandboxCommand({ argv, limits, readable = [], memoryKind }: SandboxProgram): string[] {
  return [
    // First, because root may have as many keyrings as it likes.
    ...withSessionKeyring('python3'),
    ...(process.getuid?.() === 0
      ? words(`setpriv --reuid=${NOBODY} --regid=${NOBODY} --clear-groups --no-new-privs --`)
      : []),
    ...words('bwrap --unshare-user --unshare-all --disable-userns --die-with-parent --new-session'),
    ...words(`--uid ${NOBODY} --gid ${NOBODY} --hostname sandbox`),
    ...words('--clearenv --setenv PATH /usr/bin:/bin --setenv HOME /tmp --setenv LANG C.UTF-8'),
    // Fixed, so that a program that iterates over a set behaves the same each time.
    ...words('--setenv PYTHONHASHSEED 0'),
    // Long integers are answers; Python's limit on their digits is for servers.
    ...words('--setenv PYTHONINTMAXSTRDIGITS 0'),
    // A library of linear algebra would start a thread, and take its memory, for every processor of the machine.
    ...words('--setenv OPENBLAS_NUM_THREADS 1 --setenv OMP_NUM_THREADS 1 --setenv MKL_NUM_THREADS 1'),
    ...(hasSystemCallFilter() ? words(`--seccomp ${FILTER_DESCRIPTOR}`) : []),
    ...words('--ro-bind /usr /usr'),
    ...['/bin', '/lib', '/lib64'].flatMap(systemFolder),
    ...words('--tmpfs /dev'),
    ...DEVICES.flatMap((name) => ['--dev-bind', `/dev/${name}`, `/dev/${name}`]),
    // There is no /proc for the usual links to lead to; a program that reads from /dev/stdin finds its input all the same.
    ...words('--symlink /tmp/input /dev/stdin --symlink /tmp/output /dev/stdout'),
    ...words(`--size ${bytes(2 * limits.fileMb)} --tmpfs /tmp`),
    // Behind the /tmp of its own, which would hide what lies in the outer one.
    ...readable.flatMap((path) => ['--ro-bind', path, path]),
    ...words('--remount-ro /dev --remount-ro / --chdir /tmp --'),
    ...words(`prlimit --${memoryKind === 'data' ? 'data' : 'as'}=${bytes(limits.memoryMb)}`),
    // The soft limit sends a signal of its own (SIGXCPU), which tells a long computation from any other kill.
    ...words(`--cpu=${limits.cpuSeconds}:${limits.cpuSeconds + 1} --fsize=${bytes(limits.fileMb)}`),
    ...words(`--nproc=${limits.processes} --nofile=128 --core=0 --`),
    ...argv,
  ]
}

function words(text: string): string[] {
  return text.split(' ')
}

function bytes(megabytes: number): number {
  return megabytes * 1_048_576
}

/** On most systems these are links into /usr, on older ones folders. */
function systemFolder(path: string): string[] {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) return []
  return found.isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path]
}

type Bounds = { keep: number; most: number; flood: () => void; until?: string }

/** Reads a stream to its end, because a full pipe would stop the program, and keeps its beginning. */
function firstOf(stream: Readable, { keep, most, flood, until }: Bounds): Promise<string> {
  return new Promise((resolve) => {
    let kept = ''
    let size = 0
    stream.setEncoding('utf8').on('data', (text: string) => {
      if (kept.length < keep) kept = (kept + text).slice(0, keep)
      if (until !== undefined && kept.includes(until)) resolve(kept)
      size += text.length
      if (size > most) flood()
    })
    stream.once('close', () => resolve(kept))
  })
}

function endOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(NOT_STARTED))
    child.once('close', (code) => resolve(code ?? KILLED))
  })
}
