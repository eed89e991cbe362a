import { z } from 'zod'
import { sha256 } from '../../schemas/canonical.ts'
import type { GroupFilter } from '../filter.ts'

const Options = z.strictObject({
  compare: z
    .enum(['whole', 'answer'])
    .default('whole')
    .describe('whether reasoning and answer must be equal, or the answer alone'),
})

/**
 * The same text twice among the samples of one problem (NeMo-Skills drops equal pairs of prompt and completion). The first
 * sample in the order of arms and indexes stays.
 */
export const repeatedAnswer: GroupFilter<z.infer<typeof Options>> = {
  name: 'repeated-answer',
  version: '1',
  source: 'NeMo-Skills',
  scope: 'group',
  defaultOn: false,
  reasons: { duplicate_output: 'An earlier sample of the same problem is the same text.' },
  options: Options,
  create:
    ({ compare }) =>
    ({ samples }) => {
      const seen = new Set<string>()
      return samples.map(({ trace }) => {
        const text = compare === 'answer' ? trace.answer : `${trace.reasoning}\u0000${trace.answer}`
        const digest = sha256(text.trim())
        if (seen.has(digest)) return ['duplicate_output']
        seen.add(digest)
        return []
      })
    },
}
