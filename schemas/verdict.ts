import { z } from 'zod'

export const VerdictValue = z.enum([
  'correct',
  'incorrect',
  /** The verifier could not decide; never counted as wrong. */
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

/** What a stored verdict rests on. */
export const VerdictSource = z.enum([
  /** The task's verifier. */
  'rule',
  /** A model that was asked whether the answer means the same as the reference. */
  'judge',
  /** The verifier and the judge, which say the same. */
  'both',
  /** The answer that most samples of the problem gave was used as the reference. */
  'majority',
])
export type VerdictSource = z.infer<typeof VerdictSource>

/** One row of the `verdicts/` parts. `verdict` is the one that counts, combined as the recipe says. */
export const Verdict = VerifierResult.extend({
  key: z.string(),
  problem_id: z.string(),
  arm: z.string(),
  sample_index: z.int().nonnegative(),
  verifier: z.string(),
  verifier_version: z.string(),
  /** What the task's verifier found against the source's own reference. */
  verdict_rule: VerdictValue,
  /** What the judge found, `null` where it was not asked. */
  verdict_judge: VerdictValue.nullable(),
  verdict_source: VerdictSource,
  /** The answer that was used as the reference, empty where the verdict uses the source's own. */
  majority_answer: z.string(),
  /** The samples of the problem cast doubt on its reference; the same in all rows of a problem. */
  gold_suspect: z.boolean(),
  /** The reference was replaced by `majority_answer`; the problem keeps the original. */
  gold_repaired: z.boolean(),
})
export type Verdict = z.infer<typeof Verdict>
