import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { z } from 'zod'

/** Which process a worker is. People are shown host and number; only a process of the same `scope` can be looked up. */
export const ProcessIdentity = z.object({
  host: z.string(),
  pid: z.int(),
  /** The boot and the namespace in which the number means something. */
  scope: z.string(),
  /** In the kernel's ticks since boot; empty where the system does not say. */
  started: z.string(),
})
export type ProcessIdentity = z.infer<typeof ProcessIdentity>

export function ownIdentity(): ProcessIdentity {
  return { host: hostname(), pid: process.pid, scope: ownScope(), started: processStart(process.pid) }
}

/**
 * Whether a process is there, as far as that can be seen from here; `unknown` for one of another machine or container. A
 * host name does not tell: containers of two machines, or of one, may share it.
 */
export function processState({ pid, scope, started }: ProcessIdentity): 'there' | 'gone' | 'unknown' {
  if (scope !== ownScope()) return 'unknown'
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'gone'
  }
  // The number may have been given to another process since.
  return started === processStart(pid) ? 'there' : 'gone'
}

let scope: string | undefined

function ownScope(): string {
  return (scope ??= [
    hostname(),
    readOrNothing(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    readOrNothing(() => readlinkSync('/proc/self/ns/pid')),
  ].join(' '))
}

/** When a process began, in the kernel's ticks since boot; empty where the system does not say. */
export function processStart(pid: number): string {
  const stat = readOrNothing(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
  // The command name before it may hold spaces and brackets, so count fields from the last bracket.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}

/** A system that does not have the file does not say. */
function readOrNothing(read: () => string): string {
  try {
    return read()
  } catch {
    return ''
  }
}
