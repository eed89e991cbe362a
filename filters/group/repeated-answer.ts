import { z } from 'zod'
import { sha256 } from '../../schemas/canonical.ts'
import type { GroupFilter } from '../filter.ts'

const Options = z.strictObject({
  compare: z
    .enum(['whole', 'answer'])
    .default('whole')
    .describe('whether reasoning and answer must be equal, or the answer alone'),
  within: z
    .enum(['problem', 'arm'])
    .default('problem')
    .describe('whether the answers of all arms are compared, or those of one arm with each other'),
})

/**
 * The same text twice among the samples of one problem (NeMo-Skills drops equal pairs of prompt and completion). The first
 * sample in the order of arms and indexes stays.
 */
export const repeatedAnswer: GroupFilter<z.infer<typeof Options>> = {
  name: 'repeated-answer',
  version: '1',
  source: 'NeMo-Skills',
  rules: ['D4'],
  scope: 'group',
  defaultOn: false,
  reasons: { duplicate_output: 'An earlier sample of the same problem is the same text.' },
  options: Options,
  create:
    ({ compare, within }) =>
    ({ samples }) => {
      const seen = new Set<string>()
      return samples.map(({ arm, trace }) => {
        const text = compare === 'answer' ? trace.answer : `${trace.reasoning}\u0000${trace.answer}`
        const digest = sha256(within === 'arm' ? `${arm.name}\u0000${text.trim()}` : text.trim())
        if (seen.has(digest)) return ['duplicate_output']
        seen.add(digest)
        return []
      })
    },
}
