import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { UsageError } from '../../schemas/errors.ts'

/** Files that a run has open beside its connections: journals, parts, worker threads, the simulator. */
const reserve = 256

/**
 * Finds out before anything is asked whether the process may open as many connections as it is to have.
 *
 * @param connections requests at all servers at the same time
 * @param limit of open files; `null` when it is not known, which is no objection
 * @throws UsageError on one line with both numbers and the command that raises the limit
 */
export function requireOpenFiles(connections: number, limit: number | null = openFileLimit()): void {
  const wanted = connections + reserve
  if (limit === null || wanted <= limit) return
  throw new UsageError(
    `up to ${connections} requests at the same time and the run's own files need ${wanted} open files, and this process may open ${limit}: run \`ulimit -n ${wanted}\` in this shell first, or lower max_in_flight`,
  )
}

/** The limit of open files that holds for this process; `null` where there is none or the system does not say. */
export function openFileLimit(): number | null {
  const soft = /^Max open files\s+(\S+)/mu.exec(limitsOfThisProcess())?.[1] ?? limitOfShell()
  return /^\d+$/u.test(soft) ? Number(soft) : null
}

function limitsOfThisProcess(): string {
  try {
    return readFileSync('/proc/self/limits', 'utf8')
  } catch {
    // Only Linux has this file.
    return ''
  }
}

/** A child inherits the limit of its parent. */
function limitOfShell(): string {
  try {
    return execFileSync('sh', ['-c', 'ulimit -n'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    // Without a shell there is no such limit to ask for.
    return ''
  }
}
