import type { VerdictValue } from '../../../schemas/verdict.ts'
import type { Recipe } from '../../recipe/recipe.ts'

/** The part of a sample that the choice of a trace depends on. */
export type Candidate = {
  key: string
  arm: string
  sample_index: number
  /** Reasoning and answer together. */
  tokens: number
  verdict: VerdictValue
  keep: boolean
}

/**
 * Chooses the trace that represents an arm, correct ones before all others. Ties are broken by the sample index, so the
 * choice depends on nothing but the samples themselves. Shortest correct is what Sky-T1-Flash (NovaSky-AI/SkyThought) chooses.
 *
 * @param seed hexadecimal digits; only `random` uses them
 */
export function selectTrace(
  candidates: readonly Candidate[],
  rule: Recipe['pair']['select'],
  seed: string,
): Candidate | undefined {
  const correct = candidates.filter((candidate) => candidate.verdict === 'correct')
  const pool = (correct.length > 0 ? correct : [...candidates]).toSorted(
    (a, b) => a.sample_index - b.sample_index,
  )
  const byLength = pool.toSorted((a, b) => a.tokens - b.tokens)
  if (typeof rule === 'object') {
    const distance = ({ tokens }: Candidate): number => Math.abs(tokens - rule.nearest)
    return byLength.toSorted((a, b) => distance(a) - distance(b))[0]
  }
  switch (rule) {
    case 'shortest':
      return byLength[0]
    case 'longest':
      return byLength.at(-1)
    case 'median':
      return byLength[(byLength.length - 1) >> 1]
    case 'first':
      return pool[0]
    case 'random':
      return pool[Number.parseInt(seed.slice(0, 8), 16) % pool.length]
  }
}
