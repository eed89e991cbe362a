import type { Arm } from '../../schemas/arm.ts'

/** The most completion tokens of an arm or judge; `null` where the server decides. */
export type AnswerLimits = {
  /** Of one request. */
  request: number | null
  /** Of an answer, put together where a cut one is continued. */
  answer: number | null
  /** Of everything that a sample may be billed for: a cut answer is paid for and asked again with more room. */
  sample: number | null
}

export function answerLimits({ sampling, truncated }: Pick<Arm, 'sampling' | 'truncated'>): AnswerLimits {
  const first = sampling.max_tokens
  if (first === null || truncated.policy === 'keep') return { request: first, answer: first, sample: first }
  if (truncated.policy === 'continue') {
    const whole = truncated.max_tokens
    return { request: Math.min(first, whole), answer: whole, sample: whole }
  }
  const limits = [first, ...truncated.max_tokens]
  const longest = Math.max(...limits)
  return { request: longest, answer: longest, sample: limits.reduce((sum, limit) => sum + limit, 0) }
}
