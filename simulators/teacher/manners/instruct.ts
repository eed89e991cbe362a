import type { Manner } from '../prose/manner.ts'
import { plainSolution, steppedSolution } from '../prose/solution.ts'
import { qwen3 } from './qwen3.ts'

/** A plain instruction-tuned model. Asked to think by an unknown switch, it thinks in the common open manner. */
export const instruct: Manner = {
  name: 'instruct',
  medianTokens: qwen3.medianTokens,
  spread: 0.4,
  reason: qwen3.reason,
  answer: (script, _mode, random) =>
    random.chance(0.5) ? steppedSolution(script, random) : plainSolution(script, random),
}
