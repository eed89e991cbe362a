import { existsSync, readFileSync } from 'node:fs'

const status = '/proc/self/status'

/** The most memory that this process has had, in MB. Linux has `maxRSS` begin with what its parent had. */
export function ownPeakMb(): number {
  if (!existsSync(status)) return Math.round(process.resourceUsage().maxRSS / 1024)
  return Math.round(Number(/^VmHWM:\s+(\d+) kB/mu.exec(readFileSync(status, 'utf8'))![1]) / 1024)
}
