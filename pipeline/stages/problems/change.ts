import type { Problem } from '../../../schemas/problem.ts'
import { bucketCount, type Spool } from '../../../store/files/spool.ts'

/** The ids of the problems that a run had before, spooled by themselves. */
export type KnownProblems = Spool<string>

/** How a problem set differs from the one before it, in problems. */
export type ProblemsChange = { known: number; new: number; left: number }

/**
 * Passes problems on in the order of their ids and counts what has changed. Memory: the ids of a 256th of the problems.
 *
 * @param change is added to while the problems pass
 */
export async function* countChange(
  problems: AsyncIterable<Problem>,
  known: KnownProblems,
  change: ProblemsChange,
): AsyncGenerator<Problem> {
  let at = -1
  let ids = new Set<string>()
  async function forward(to: number): Promise<void> {
    while (at < to) {
      change.left += ids.size
      at += 1
      ids = new Set(at < bucketCount ? await Array.fromAsync(known.bucket(at)) : [])
    }
  }
  for await (const problem of problems) {
    await forward(Number.parseInt(problem.id.slice(0, 2), 16))
    change[ids.delete(problem.id) ? 'known' : 'new'] += 1
    yield problem
  }
  await forward(bucketCount)
}

/** What has changed, for the person who started the run. */
export function describeChange(change: ProblemsChange): string {
  if (change.new === 0 && change.left === 0)
    return `the problem set has changed in form only: all ${change.known} problems are those of the last start`
  const left = change.left === 0 ? '' : `, ${change.left} withdrawn (their answers are kept)`
  return `the problems have changed since the last start: ${change.known} as before, ${change.new} new${left}; only what was never asked is asked`
}
