import type { Effort, Mode } from '../../../schemas/arm.ts'
import type { Difficulty } from '../../../problems/builtin/kind.ts'
import type { Random } from '../../../problems/builtin/random.ts'

/** What a teacher has to say about one problem, in any manner of speaking. */
export type Script = {
  prompt: string
  domain: string
  difficulty: Difficulty
  /** Steps up to the result, or up to the slip that spoils it. */
  steps: readonly string[]
  /** True statements that confirm the result; none for a wrong one. */
  checks: readonly string[]
  /** A mistake to make in passing and to take back, or none. */
  falseStart: string | null
  /** The final answer as the reasoning words it. */
  spoken: string
  /** The closing sentence or sentences that show the final answer. */
  closing: string
  effort: Effort
  /** Length that the reasoning is written up to, in characters. */
  reasoningCharacters: number
}

/** How a family of models writes. One file per manner. */
export type Manner = {
  name: string
  /** Median length of the reasoning in tokens. */
  medianTokens: (difficulty: Difficulty, effort: Effort) => number
  /** Spread of the length: standard deviation of its logarithm. */
  spread: number
  reason: (script: Script, random: Random) => string
  answer: (script: Script, mode: Mode, random: Random) => string
}
