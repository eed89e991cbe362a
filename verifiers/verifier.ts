import type { z } from 'zod'
import type { Task } from '../schemas/problem.ts'
import type { VerifierResult } from '../schemas/verdict.ts'

/** Everything a verifier may look at. */
export type VerifierInput = {
  /** The problem as the teacher saw it, without the instruction; empty when unknown. */
  prompt: string
  /** Reference answers, any of which is right. */
  answers: readonly string[]
  /** Options of a multiple-choice problem in order, empty otherwise. */
  choices: readonly string[]
  /** The teacher's answer text, reasoning already taken off; or a bare answer. */
  output: string
  /** `true` when `output` is nothing but the answer, so that nothing has to be extracted. */
  bare?: boolean
}

/**
 * One way of finding out whether an answer is right. A verifier is pure: the same input and options give the same
 * result on every machine, it never throws on any text, and its work is bounded by budgets of its own. What it cannot
 * tell is `undecided`, never `incorrect`.
 */
export type Verifier<Options = unknown> = {
  /** Key in the registry and the value of a problem's `task`. */
  name: Task
  /** Raised with every change that can change a verdict; part of the fingerprint of stored verdicts. */
  version: string
  /** Strict zod object in which every member has a default; a section of the recipe's `verify`. */
  options: z.ZodType<Options>
  /** The sentence that asks for a final answer in the form that the verifier reads; a recipe may state another. */
  instruction: string
  verify(input: VerifierInput, options: Options): VerifierResult
}

/** A verifier that starts processes instead of computing: it has no place in the worker pool and a concurrency of its own. */
export type AsyncVerifier<Options = unknown> = {
  name: Task
  version: string
  options: z.ZodType<Options>
  /** The sentence that asks for a final answer in the form that the verifier reads; a recipe may state another. */
  instruction: string
  /** Never rejects because of an answer; its own trouble is the verdict `error`. */
  verify(input: VerifierInput, options: Options): Promise<VerifierResult>
}
