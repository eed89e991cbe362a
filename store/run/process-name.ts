import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import type { ProcessName } from '../../schemas/process-name.ts'

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

/** When a process began, in the kernel's ticks since boot; empty where the system does not say. */
function processStart(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command name before it may hold spaces and brackets, so count fields from the last bracket.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}
