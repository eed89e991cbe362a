import type { Problem, Task } from '../../schemas/problem.ts'
import type { Random } from './random.ts'
import type { AnswerValue } from './answer-value.ts'

export type Difficulty = 'easy' | 'medium' | 'hard'

/** A mistake that people make here: the value it leads to and the step in which it happens. */
export type WrongAnswer = { value: AnswerValue; slip: string }

/** One freshly drawn problem of a kind. */
export type Draft = {
  /** The question as datasets print it, options not included. */
  prompt: string
  answer: AnswerValue
  /** Texts of the options in order; the answer is then a letter. */
  choices?: string[]
  difficulty: Difficulty
  /** The worked solution, one sentence or line each; the last one states the result. */
  steps: string[]
  /** Independent checks of the right result, true sentences. */
  checks?: string[]
  /** Plausible mistakes; those that happen to give the right value are dropped by the caller. */
  wrong: WrongAnswer[]
}

/** A family of problems with a generator. */
export type ProblemKind = {
  /** Stem of `source_id`. */
  name: string
  task: Task
  domain: string
  /** Draws a problem from the stream and nothing else. */
  draft(random: Random): Draft
}

/** A problem without its id; `problemId` of the schemas gives it. */
export type BuiltinProblem = Omit<Problem, 'id'>

/** A built-in problem with all that its maker knows about it. */
export type BuiltinItem = {
  problem: BuiltinProblem
  answer: AnswerValue
  difficulty: Difficulty
  steps: string[]
  checks: string[]
  /** At least one, all different in value from each other and from the answer. */
  wrong: WrongAnswer[]
}
