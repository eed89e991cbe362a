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
 * in the order of arms and indexes stays; one that another filter drops stays for none of them, and no text at all is
 * equal to nothing.
 */
export const repeatedAnswer: GroupFilter<z.infer<typeof Options>> = {
  name: 'repeated-answer',
  version: '2',
  source: 'NeMo-Skills',
  rules: ['D4'],
  scope: 'group',
  defaultOn: false,
  reasons: { duplicate_output: 'An earlier sample of the same problem is the same text.' },
  options: Options,
  create:
    ({ compare, within }) =>
    ({ samples }) => {
      const digests = samples.map(({ arm, trace }) => {
        const text = (compare === 'answer' ? trace.answer : `${trace.reasoning}\u0000${trace.answer}`).trim()
        if (text === '' || text === '\u0000') return undefined
        return sha256(within === 'arm' ? `${arm.name}\u0000${text}` : text)
      })
      const stays = new Map<string, number>()
      for (const isKept of [true, false])
        for (const [index, digest] of digests.entries())
          if (digest !== undefined && !stays.has(digest) && (samples[index]!.reasons.length === 0) === isKept)
            stays.set(digest, index)
      return digests.map((digest, index) =>
        digest === undefined || stays.get(digest) === index ? [] : ['duplicate_output'],
      )
    },
}
