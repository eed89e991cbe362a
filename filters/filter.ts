import type { z } from 'zod'
import type { Arm } from '../schemas/arm.ts'
import type { Problem } from '../schemas/problem.ts'
import type { Trace } from '../schemas/trace.ts'
import type { Verdict } from '../schemas/verdict.ts'

/** One sample with all that is known about it. */
export type Sample = {
  problem: Problem
  /** The user message as it was sent: problem, options, instruction. */
  instruction: string
  arm: Arm
  trace: Trace
  verdict: Verdict
}

/**
 * A filter of traces. It annotates and never deletes: it returns the reason codes that speak against a sample, none
 * when it may stay. Same input, same codes.
 */
export type TraceFilter<Options = unknown> = {
  /** Key in the registry and in the recipe's `filter` section. */
  name: string
  /** Raised with every change that can change a decision; part of the fingerprint of stored decisions. */
  version: string
  /** Whether the filter runs when the recipe does not mention it. */
  defaultOn: boolean
  /** Every code that the filter can return, with a sentence for the reader of the ledger. */
  reasons: Readonly<Record<string, string>>
  /** Strict zod object in which every member has a default. */
  options: z.ZodType<Options>
  create(options: Options): (sample: Sample) => string[]
}

/** A filter of the registry with the options of a recipe, ready to look at samples. */
export type ActiveFilter = {
  name: string
  version: string
  check: (sample: Sample) => string[]
}
