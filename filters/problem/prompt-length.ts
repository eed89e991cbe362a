import { z } from 'zod'
import type { ProblemFilter } from '../filter.ts'
import { byProblem } from './by-problem.ts'
import { policyOption } from './policy.ts'

const Options = z.strictObject({
  policy: policyOption('drop'),
  min_characters: z.int().nonnegative().default(10).describe('fewest letters and digits of the prompt'),
  max_tokens: z
    .int()
    .positive()
    .nullable()
    .default(2048)
    .describe('most tokens of the prompt and its options, counted with o200k_harmony; null for no limit'),
})

/**
 * Prompts that are too short to ask anything or too long for a training context. DLER (arXiv 2510.15110) takes up to 1,024
 * tokens for reinforcement learning; 2,048 and the lower bound are our own.
 */
export const promptLength: ProblemFilter<z.infer<typeof Options>> = {
  name: 'prompt-length',
  version: '1',
  source: 'DLER (arXiv 2510.15110) has 1,024 tokens; own numbers',
  rules: ['P8'],
  scope: 'problem',
  defaultOn: false,
  reasons: {
    prompt_too_short: 'The prompt has fewer letters and digits than wanted.',
    prompt_too_long: 'The prompt has more tokens than wanted.',
  },
  options: Options,
  numbers: { min_characters: 'more', max_tokens: 'fewer' },
  verifies: false,
  summary: 'have a prompt that is too short or too long',
  create: ({ min_characters, max_tokens }, { countTokens }) =>
    byProblem(({ prompt, choices }) => {
      const characters = prompt.match(/[\p{L}\p{N}]/gu)?.length ?? 0
      if (characters < min_characters)
        return {
          reason: 'prompt_too_short',
          message: `the prompt has ${characters} letters and digits, and at least ${min_characters} are wanted`,
        }
      const text = [prompt, ...choices].join('\n')
      // A token takes at least one byte, so most prompts need not be counted.
      if (max_tokens === null || Buffer.byteLength(text) <= max_tokens) return undefined
      const tokens = countTokens(text)
      if (tokens <= max_tokens) return undefined
      return {
        reason: 'prompt_too_long',
        message: `the prompt has ${tokens} tokens, and at most ${max_tokens} are wanted`,
      }
    }),
}
