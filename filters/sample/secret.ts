import { z } from 'zod'
import { findKeyLike } from '../../store/secrets/patterns.ts'
import type { Problem } from '../../schemas/problem.ts'
import type { SampleFilter } from '../filter.ts'

const Options = z.strictObject({})
type Options = z.infer<typeof Options>

/**
 * Answers, and answers to problems, in which something has the form of a service's key; of a problem its prompt, its
 * options, its reference answers and what its source says of it. `write` refuses a dataset with one; this filter leaves
 * the rows out, as soon as somebody has looked at one and replaced the key if it was one.
 */
export const secret: SampleFilter<Options> = {
  name: 'secret',
  version: '2',
  source: 'forms of keys as their services publish them',
  scope: 'sample',
  defaultOn: false,
  reasons: { key_like: "The problem or the answer holds what has the form of a service's key." },
  options: Options,
  create: () => {
    return ({ problem, trace }) =>
      [...textsOf(problem), trace.reasoning, trace.answer].some((text) => findKeyLike(text) !== undefined)
        ? ['key_like']
        : []
  },
}

function textsOf({ prompt, choices, answers, ...others }: Problem): string[] {
  const { source, source_id, license, domain, difficulty } = others
  return [prompt, ...choices, ...answers, source, source_id, license, domain, difficulty]
}
