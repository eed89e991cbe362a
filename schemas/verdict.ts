import { z } from 'zod'

export const VerdictValue = z.enum([
  'correct',
  'incorrect',
  /** The verifier could not tell; never counted as wrong. */
  'undecided',
  /** The trace has no answer to check. */
  'no_answer',
  /** The reference answer cannot be read or there is none. */
  'gold_unparseable',
  /** Checking took too long and was killed; never counted as wrong. */
  'timeout',
  /** The verifier failed; never counted as wrong. */
  'error',
])
export type VerdictValue = z.infer<typeof VerdictValue>

/** What a verifier finds out about one answer. */
export const VerifierResult = z.strictObject({
  verdict: VerdictValue,
  /** The final answer as it was read out of the text, empty when none was found. */
  extracted: z.string(),
  /** How the final answer was found: `boxed`, `answer_tag`, `last_line`, … */
  extraction: z.string(),
  /** Which comparison decided: `literal`, `rational`, `set`, … */
  path: z.string(),
  /** Why, in a stable code; empty for plain equality. */
  reason: z.string(),
})
export type VerifierResult = z.infer<typeof VerifierResult>

/** One row of the `verdicts/` parts. */
export const Verdict = VerifierResult.extend({
  key: z.string(),
  problem_id: z.string(),
  arm: z.string(),
  sample_index: z.int().nonnegative(),
  verifier: z.string(),
  verifier_version: z.string(),
})
export type Verdict = z.infer<typeof Verdict>
