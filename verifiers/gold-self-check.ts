import type { VerifierResult } from '../schemas/verdict.ts'
import type { Verifier } from './verifier.ts'

/** The part of a problem that its verifier looks at. */
export type Gold = { prompt: string; answers: readonly string[]; choices: readonly string[] }

/**
 * Verifies every reference answer against itself. A reference that its own verifier does not find correct can never be
 * matched by a trace, so the problem belongs in the loss report and not in a run. Returns the first result that is not
 * `correct`, or the last one when all are; `gold_unparseable` when there is no reference. One that only its own words can
 * match, because it is not understood as a whole, is `undecided` with the reason `gold_not_understood`.
 */
export function goldSelfCheck<Options>(
  verifier: Verifier<Options>,
  gold: Gold,
  options: Options,
): VerifierResult {
  let last: VerifierResult | undefined
  for (const answer of gold.answers) {
    last = verifier.verify(
      { prompt: gold.prompt, choices: gold.choices, answers: [answer], output: answer },
      options,
    )
    if (last.verdict !== 'correct') return last
    if (last.reason === 'gold_not_understood') return { ...last, verdict: 'undecided' }
  }
  return (
    last ?? {
      verdict: 'gold_unparseable',
      extracted: '',
      extraction: 'none',
      path: 'none',
      reason: 'empty_gold',
    }
  )
}
