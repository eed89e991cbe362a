import { z } from 'zod'
import { quoted } from '../../schemas/quoted.ts'
import type { ProblemFilter } from '../filter.ts'
import { policyOption } from './policy.ts'

const Options = z.strictObject({
  policy: policyOption('drop'),
  valid: z
    .array(z.string())
    .min(1)
    .default(['Yes', 'true', '1'])
    .describe(
      'values of `problem_is_valid` and `solution_is_valid` that mean valid, in any case; a row without such columns stays',
    ),
})

/**
 * Problems that their own source calls invalid or incomplete: NuminaMath-1.5 has the columns `problem_is_valid` and
 * `solution_is_valid`, each `Yes`, `Incomplete` or another word.
 */
export const sourceValidity: ProblemFilter<z.infer<typeof Options>> = {
  name: 'source-validity',
  version: '1',
  source: 'NuminaMath-1.5',
  rules: ['A4'],
  scope: 'problem',
  defaultOn: false,
  reasons: { invalid_by_source: 'The source itself says that the problem or its solution is not valid.' },
  options: Options,
  verifies: false,
  summary: 'are not valid by their own source',
  create({ valid }) {
    const accepted = new Set(valid.map((value) => value.toLowerCase()))
    return (problems) =>
      problems.map(({ validity = {} }) => {
        const bad = Object.entries(validity).find(([, value]) => !accepted.has(value.toLowerCase()))
        if (bad === undefined) return undefined
        const [column, value] = bad
        return {
          reason: 'invalid_by_source',
          detail: `${column} ${value}`,
          message: `${column} is ${quoted(value)}`,
          facts: { column, value },
        }
      })
  },
}
