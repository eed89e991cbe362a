import type { Sample } from '../filter.ts'
import { expectedScripts, scriptShare } from '../text/script-share.ts'
import { hasWireTags } from '../text/tags.ts'

/** Raised with every change that can change a reward; part of the fingerprint of stored decisions. */
export const rewardsVersion = '1'

/**
 * The format reward of DeepSeek-R1 (arXiv 2501.12948): 1 for a trace that ended as it should with one thinking block and
 * an answer where the arm reasons, with an answer and nothing else where it does not, and with no tag left in either;
 * else 0. An empty block that was taken off an answer does no harm.
 */
export function formatReward({ arm, trace }: Pick<Sample, 'arm' | 'trace'>): 0 | 1 {
  const { reasoning, answer, finish_state } = trace
  const reasons = reasoning.trim() !== ''
  const whole = finish_state === 'complete' && answer.trim() !== ''
  const pure = !hasWireTags(reasoning) && !hasWireTags(answer)
  return whole && pure && reasons === (arm.mode === 'thinking') ? 1 : 0
}

/**
 * The language consistency reward of the same report, there the share of words of the target language in the chain of
 * thought; here the share of letters of the reasoning, from 0 to 1 with four decimals, that are in a script of the
 * prompt, with maths and code taken out. Languages that share a script are not told apart. `null` without a reasoning
 * that has letters, and for a prompt without any.
 */
export function languageConsistency({ problem, trace }: Pick<Sample, 'problem' | 'trace'>): number | null {
  if (trace.reasoning === '') return null
  const expected = expectedScripts([problem.prompt, ...problem.choices].join('\n'))
  if (expected === undefined) return null
  const { own, foreign } = scriptShare(trace.reasoning, expected)
  return own + foreign === 0 ? null : Math.round((own / (own + foreign)) * 10_000) / 10_000
}
