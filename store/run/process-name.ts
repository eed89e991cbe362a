import { hostname } from 'node:os'
import type { ProcessName } from '../../schemas/process-name.ts'
import { processStart } from '../leases/process-identity.ts'

export function thisProcess(): ProcessName {
  return { pid: process.pid, host: hostname(), started: processStart(process.pid) }
}

/** Whether a process still runs; `true` for one on another machine, which cannot be seen from here. */
export function isAlive(holder: ProcessName): boolean {
  if (holder.host !== hostname()) return true
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  // The number may have been given to another process since.
  return holder.started === processStart(holder.pid)
}
