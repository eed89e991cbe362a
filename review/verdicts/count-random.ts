import type { Sample } from '../draw/draw-sample.ts'
import type { GateCount } from './gate.ts'
import { verdictsOf, type Reviews } from './states.ts'

/**
 * Counts the verdicts on a random sample: those of reviewers whose texts are still those of the pair. A pair that has been
 * withdrawn stays a defect: to withdraw what was seen does not mend what was not.
 *
 * @param hashOf of the texts that a pair has now, `undefined` where it is gone
 */
export async function countRandom(
  { random, population }: Pick<Sample, 'random' | 'population'>,
  reviews: Reviews,
  hashOf: (pair: string) => Promise<string | undefined>,
): Promise<GateCount> {
  let reviewed = 0
  let defects = 0
  for (const { id } of random) {
    const states = reviews.of(id)
    if (states.size === 0) continue
    const hashed = [...states.values()].some(({ content_hash }) => content_hash !== undefined)
    const verdicts = verdictsOf(states, hashed ? ((await hashOf(id)) ?? '') : undefined)
    if (verdicts.size === 0) continue
    reviewed += 1
    if ([...verdicts.values()].includes('reject')) defects += 1
  }
  return { reviewed, defects, population }
}
