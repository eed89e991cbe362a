import { z } from 'zod'
import type { ProblemFilter } from '../filter.ts'
import { byProblem } from './by-problem.ts'
import { policyOption } from './policy.ts'

const Options = z.strictObject({
  policy: policyOption('drop'),
  min_characters: z.int().nonnegative().default(200).describe('least length of the description'),
})

/**
 * Programming problems that say too little or have no test: OpenThoughts-114k wants a description of at least 200
 * characters and tests.
 */
export const codePrompt: ProblemFilter<z.infer<typeof Options>> = {
  name: 'code-prompt',
  version: '1',
  source: 'OpenThoughts-114k: 200 characters',
  rules: ['P9'],
  scope: 'problem',
  defaultOn: false,
  reasons: {
    short_code_prompt: 'The description of the program is shorter than wanted.',
    no_tests: 'There is no test for the program.',
  },
  options: Options,
  numbers: { min_characters: 'more' },
  verifies: false,
  summary: 'are programming problems that say too little or have no test',
  create: ({ min_characters }) =>
    byProblem(({ prompt, task, answers }) => {
      if (task !== 'code') return undefined
      if (answers.every((answer) => /^(?:\[\s*\]|\{\s*\})?$/.test(answer.trim())))
        return { reason: 'no_tests', message: 'there is no test for the program; add one' }
      if (prompt.trim().length >= min_characters) return undefined
      return {
        reason: 'short_code_prompt',
        message: `the description has ${prompt.trim().length} characters, and at least ${min_characters} are wanted`,
      }
    }),
}
