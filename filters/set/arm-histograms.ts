import { z } from 'zod'
import type { SetSample } from '../set-filter.ts'
import { mergeHistograms } from './token-histogram.ts'

/** Which answers the percentiles of a set filter are taken over. */
export const over = z
  .enum(['correct', 'kept', 'all'])
  .default('correct')
  .describe('answers that the percentiles are those of: right ones, those that no other filter drops, or all')

export function counts({ verdict, decision }: SetSample, which: z.infer<typeof over>): boolean {
  if (which === 'all') return true
  return which === 'kept' ? decision.keep : verdict.verdict === 'correct'
}

/**
 * What to say of arms of which no answer counts: they have no percentiles, so that nothing of them is an outlier. Their
 * histograms are there and empty.
 */
export function withoutPercentiles(
  histograms: ArmHistograms,
  { over: which }: { over: z.infer<typeof over> },
): string[] {
  const arms = [...histograms].filter(([, histogram]) => histogram.every((count) => count === 0))
  if (arms.length === 0) return []
  const names = arms
    .map(([arm]) => arm)
    .toSorted()
    .join(', ')
  return [
    `no answer of ${names} is ${which === 'kept' ? 'kept by the other filters' : 'known to be right'}, so there are no percentiles and nothing of it is left out; \`over: all\` takes them over all answers`,
  ]
}

/** A histogram by the name of the arm: teachers and modes differ, and an arm has one of each. */
export type ArmHistograms = Map<string, Uint32Array>

/** The histogram of an arm; an empty one is put there where it has none. */
export function histogramOf(all: ArmHistograms, arm: string, empty: () => Uint32Array): Uint32Array {
  const known = all.get(arm) ?? empty()
  all.set(arm, known)
  return known
}

/** Adds the second histograms to the first in place. */
export function mergeArms(into: ArmHistograms, from: ArmHistograms): void {
  for (const [arm, histogram] of from)
    mergeHistograms(
      histogramOf(into, arm, () => new Uint32Array(histogram.length)),
      histogram,
    )
}
