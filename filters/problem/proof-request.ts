import { z } from 'zod'
import type { ProblemFilter } from '../filter.ts'
import { byProblem } from './by-problem.ts'
import { policyOption } from './policy.ts'

const Options = z.strictObject({ policy: policyOption('drop') })

/**
 * Prompts that ask for a proof, which no comparison with a reference can check (DeepSeek-R1, OpenMathReasoning, O1
 * Replication Journey and NuminaMath leave them out). A prompt that also asks for a value stays.
 */
export const proofRequest: ProblemFilter<z.infer<typeof Options>> = {
  name: 'proof-request',
  version: '2',
  source: 'DeepSeek-R1, OpenMathReasoning, NuminaMath',
  rules: ['P6'],
  scope: 'problem',
  defaultOn: false,
  reasons: { asks_for_proof: 'The prompt asks for a proof and for no value.' },
  options: Options,
  verifies: false,
  summary: 'ask for a proof',
  create: () =>
    byProblem(({ prompt, task }) =>
      task === 'choice' || task === 'code' || !proof.test(prompt) || value.test(prompt)
        ? undefined
        : { reason: 'asks_for_proof', message: 'the prompt asks for a proof; remove the row' },
    ),
}

/** Where a task begins: at the head of a sentence, or behind a comma or a word that leads over to it. */
const head = String.raw`(?:^|[.!?:;,)$]\s*|\n[^\S\n]*|\b(?:then|please|and|to|must|should|also|hence|thus)\s+)`
const proof = new RegExp(
  String.raw`${head}(?:prove|disprove|show|demonstrate|verify)\s+(?:or disprove\s+)?(?:that|the|this|if|whether|for|by|:)`,
  'i',
)
/** "which" and "what" within a statement, as in "prove that the number which …", ask for nothing. */
const value = new RegExp(
  String.raw`\?|${head}(?:find|determine|compute|calculate|evaluate|solve|simplify|give)\b|(?:^|[.!?:;]\s*|\n[^\S\n]*)(?:how many|how much|what|which)\b`,
  'i',
)
