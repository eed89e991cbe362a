import { z } from 'zod'
import type { VerdictSource, VerdictValue } from '../../schemas/verdict.ts'

/** How the verdicts of the verifier and of the judge become one. */
export const JudgePolicy = z.enum(['union', 'rule', 'judge', 'intersection'])
export type JudgePolicy = z.infer<typeof JudgePolicy>

export type Combined = { verdict: VerdictValue; verdict_source: VerdictSource }

/**
 * One verdict from two. Under `union` an answer is right when either says so, which lost the fewest good traces in the
 * comparison of OpenR1-Math-220k (huggingface/open-r1); under `intersection` only when both do; `rule` stores the
 * judge's word without using it, `judge` takes it where there is one. An answer that neither calls right is wrong as soon
 * as one of the two says so.
 *
 * @param judge `null` where the judge was not asked
 */
export function combineVerdicts(
  rule: VerdictValue,
  judge: VerdictValue | null,
  policy: JudgePolicy,
): Combined {
  if (policy === 'rule') return { verdict: rule, verdict_source: 'rule' }
  if (judge === null) {
    const unconfirmed = policy === 'intersection' && rule === 'correct'
    return { verdict: unconfirmed ? 'undecided' : rule, verdict_source: 'rule' }
  }
  if (rule === judge) return { verdict: rule, verdict_source: 'both' }
  if (policy === 'judge') return { verdict: judge, verdict_source: 'judge' }
  const first: VerdictValue = policy === 'union' ? 'correct' : 'incorrect'
  const wanted = rule === first || judge === first ? first : undefined
  if (wanted !== undefined) return { verdict: wanted, verdict_source: rule === wanted ? 'rule' : 'judge' }
  // One of them does not know: under `union` the other says wrong, under `intersection` right without a second voice.
  if (policy === 'intersection')
    return { verdict: 'undecided', verdict_source: rule === 'correct' ? 'judge' : 'rule' }
  return rule === 'incorrect'
    ? { verdict: 'incorrect', verdict_source: 'rule' }
    : { verdict: judge, verdict_source: 'judge' }
}
