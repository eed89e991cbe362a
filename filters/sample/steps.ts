import { z } from 'zod'
import type { SampleFilter } from '../filter.ts'
import { countSteps } from '../text/steps.ts'

/** Fewer steps than this have no share of turns. */
const fewSteps = 5

/**
 * The steps of a trace as DLER (arXiv 2510.15110) cuts them, at blank lines, and the share of them that open with a
 * reflection keyword: the branching density of arXiv 2604.01702, whose own list is not published. Teachers differ in their
 * habit of blank lines, so values compare within one teacher only.
 */
export const steps: SampleFilter = {
  name: 'steps',
  version: '2',
  source: 'DLER (arXiv 2510.15110), arXiv 2604.01702',
  rules: ['T20'],
  scope: 'sample',
  defaultOn: true,
  setBy: null,
  reasons: {},
  measures: [
    { name: 'steps', unit: 'steps', describe: 'parts of the reasoning between blank lines', whole: true },
    { name: 'step_tokens', unit: 'tokens', describe: 'reasoning tokens of a step on average', whole: false },
    {
      name: 'branching_density',
      unit: 'share from 0 to 1',
      describe: 'steps that open with a reflection keyword, null below five steps',
      whole: false,
    },
  ],
  options: z.strictObject({}),
  measure({ trace }) {
    const { steps: count, turning } = countSteps(trace.reasoning)
    if (count === 0) return { steps: null, step_tokens: null, branching_density: null }
    return {
      steps: count,
      step_tokens: Math.round((trace.reasoning_tokens / count) * 100) / 100,
      branching_density: count < fewSteps ? null : Math.round((turning / count) * 10_000) / 10_000,
    }
  },
}
