import type { TracesCounts } from '../../../schemas/counts.ts'
import type { JournalLine } from '../../../schemas/journal.ts'
import { openSpendTally } from '../../../store/journal/spend-tally.ts'
import { readPart } from '../../../store/parts/part.ts'
import { billOf } from '../../../teachers/cost/bill.ts'
import type { RunContext } from '../../recipe/run-context.ts'

/** Problems that something was asked for and that have left the problem set since, and what that cost. */
export type Withdrawn = NonNullable<TracesCounts['withdrawn']>

/**
 * Counts what the journal holds of problems that a shard no longer has. They are known by their absence, so nothing has
 * to be written down when they leave, and one that returns is no longer counted.
 *
 * @returns `look` is to be shown the shard's lines; `counts` has nothing where the problems of the run never changed
 */
export async function countWithdrawn(
  { runFolder, cuts }: Pick<RunContext, 'runFolder' | 'cuts'>,
  shard: number,
): Promise<{ look: (line: JournalLine) => void; counts: () => { withdrawn?: Withdrawn } }> {
  if (!cuts?.earlier) return { look: () => undefined, counts: () => ({}) }
  const problems = new Set<string>()
  for await (const { id } of readPart(runFolder, 'problems', shard, ['id'])) problems.add(id)
  const left = new Set<string>()
  const spend = openSpendTally(billOf)
  return {
    look(line) {
      const isBought = line.type === 'intent' || line.type === 'exported' || line.attempts.length > 0
      if (!isBought || problems.has(line.problem_id)) return
      left.add(line.problem_id)
      spend.add(line)
    },
    counts: () => ({ withdrawn: { problems: left.size, bought: spend.bought() } }),
  }
}
