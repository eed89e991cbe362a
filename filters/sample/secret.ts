import { z } from 'zod'
import { findKeyLike } from '../../store/secrets/patterns.ts'
import type { SampleFilter } from '../filter.ts'

const Options = z.strictObject({})
type Options = z.infer<typeof Options>

/**
 * Answers, and answers to problems, in which something has the form of a service's key. `write` refuses a dataset with
 * one; this filter leaves the rows out, as soon as somebody has looked at one and replaced the key if it was one.
 */
export const secret: SampleFilter<Options> = {
  name: 'secret',
  version: '1',
  source: 'forms of keys as their services publish them',
  scope: 'sample',
  defaultOn: false,
  reasons: { key_like: "The prompt or the answer holds what has the form of a service's key." },
  options: Options,
  create: () => {
    return ({ problem, trace }) =>
      [problem.prompt, trace.reasoning, trace.answer].some((text) => findKeyLike(text) !== undefined)
        ? ['key_like']
        : []
  },
}
