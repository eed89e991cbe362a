import type { ReportRun } from '../../../report/run.ts'
import type { PairSource } from '../../../review/pairs/source.ts'
import { readReviews } from '../../../review/verdicts/review-lines.ts'
import { verdictsOf } from '../../../review/verdicts/states.ts'

/** Counts the random pairs of the shards that count on which a verdict holds; pairs picked by risk say nothing about the others. */
export async function reviewedAtRandom(
  source: PairSource,
  isCounted: (id: string) => Promise<boolean>,
): Promise<ReportRun['reviewed']> {
  const reviews = await readReviews(source.reviews)
  const count = { pairs: 0, rejected: 0, wrong_answer: 0, gold_wrong: 0 }
  for (const id of reviews.pairs()) {
    const states = reviews.of(id)
    if (![...states.values()].some(({ why }) => why === 'random')) continue
    if (!(await isCounted(id))) continue
    const pair = await source.read(id)
    const verdicts = pair && verdictsOf(states, pair.content_hash)
    if (!verdicts || verdicts.size === 0) continue
    const rejects = [...verdicts].filter(([, verdict]) => verdict === 'reject')
    const reasons = new Set(rejects.map(([reviewer]) => states.get(reviewer)?.reason))
    count.pairs += 1
    if (rejects.length > 0) count.rejected += 1
    if (reasons.has('wrong_answer')) count.wrong_answer += 1
    if (reasons.has('gold_wrong')) count.gold_wrong += 1
  }
  return count.pairs === 0 ? null : count
}
