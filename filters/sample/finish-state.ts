import { z } from 'zod'
import { FinishState } from '../../schemas/trace.ts'
import type { SampleFilter } from '../filter.ts'

const Options = z.strictObject({
  allow: z.array(FinishState).min(1).default(['complete']).describe('finish states that may stay'),
})
type Options = z.infer<typeof Options>

/**
 * Keeps traces that ended properly, which the server's `stop` alone does not prove. Open-R1 calls the same test
 * `is_reasoning_complete` (open-r1/OpenR1-Math-220k).
 */
export const finishState: SampleFilter<Options> = {
  name: 'finish-state',
  version: '1',
  source: 'Open-R1 (is_reasoning_complete)',
  rules: ['T1'],
  scope: 'sample',
  readsNoText: true,
  defaultOn: true,
  reasons: {
    api_error: 'No usable response came back.',
    empty: 'The response holds no text.',
    cut_in_think: 'The token limit was reached inside the reasoning.',
    cut_in_answer: 'The token limit was reached inside the answer.',
    stop_in_think: 'The server reported a normal end, but there is only reasoning and no answer.',
    refusal: 'The teacher or a moderation filter declined to answer.',
    tag_damaged: 'The think tags cannot be read in one way only.',
    unknown_end: 'The server ended with a word that nobody knows, so the answer may be cut.',
    complete: 'The trace is complete, and the recipe allows only other finish states.',
  },
  options: Options,
  create: (options) => {
    const allowed = new Set(options.allow)
    return ({ trace }) => (allowed.has(trace.finish_state) ? [] : [trace.finish_state])
  },
}
