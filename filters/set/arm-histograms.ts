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
