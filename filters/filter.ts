import type { z } from 'zod'
import type { Arm } from '../schemas/arm.ts'
import type { Problem } from '../schemas/problem.ts'
import type { FilterReason } from '../schemas/reasons.ts'
import type { Trace } from '../schemas/trace.ts'
import type { Verdict, VerifierResult } from '../schemas/verdict.ts'
import type { PublishedRule } from './published-rules.ts'

/**
 * What every filter declares, in every scope. A filter annotates and never deletes: it returns codes from its own
 * `reasons`, and its caller decides what happens to a problem or sample that has any. The same input gives the same codes.
 */
export type Declared<Options = unknown> = {
  /** Key in the registry and, unless `setBy` says otherwise, in the recipe's `filter` section. */
  name: string
  /** Raised with every change that can change a decision or a measure; part of the fingerprint of what is stored. */
  version: string
  /** Where the rule and the defaults come from, in a few words for lists; "own" where they are ours. */
  source: string
  /** The rules of published recipes that it applies; none for a filter of our own. */
  rules?: readonly PublishedRule[]
  /** Whether the filter runs when the recipe does not mention it. */
  defaultOn: boolean
  /** The recipe key that sets the filter where it is not `filter.NAME`; `null` where nothing does and it always runs. */
  setBy?: string | null
  /** Every code that the filter can return, with a sentence for the reader of the ledger; empty for a pure measure. */
  reasons: Readonly<Record<string, string>>
  /** Numbers that are stored with the decision; `null` in the decisions of a recipe that leaves the filter out. */
  measures?: readonly Measure[]
  /** Strict zod object in which every member has a default. */
  options: z.ZodType<Options>
  /**
   * What a greater value of each option that is a number does, by its path (`thinking.total.max`): fewer are found, more
   * are found, or it says what is looked at and neither holds.
   */
  numbers?: Readonly<Record<string, 'fewer' | 'more' | 'defines'>>
  /** Says that a filter of answers looks at no reasoning and no answer, so that texts need not be read for it. */
  readsNoText?: true
  /** Files that the options name, as they are written there. What they hold is part of the fingerprint. */
  files?(options: Options): readonly string[]
  /** Arms of the recipe that the options name. */
  arms?(options: Options): readonly string[]
}

/** A row of a file that options name. */
export type FileRow = Readonly<Record<string, unknown>>

/**
 * Gives the rows of a file that options name. A thread gets the same function as long as the files are the same, so what
 * is made from the rows can be kept with it.
 */
export type FilterFiles = (name: string) => readonly FileRow[]

/** A number that is stored with every decision, so that reports, datasets and what-ifs need not compute it again. */
type Measure = {
  /** Column below `measures`, unique in the whole registry. */
  name: string
  /** `tokens`, `share from 0 to 1`, … */
  unit: string
  /** What it says, for the reader of the reference pages. */
  describe: string
  /** Whole numbers of 32 bits are stored as such, others as doubles. */
  whole: boolean
}

/** The values of a filter's measures by name; `null` where there is nothing to measure, which is not 0. */
export type Measured = Readonly<Record<string, number | null>>

/** A problem as its source gave it. */
export type SourceProblem = {
  problem: Problem
  /** Its place in the source, for messages. */
  position: string
  /** The scope in which the row's own id is unique. */
  idScope: string
  /** What the source itself says about the row being valid, by column. */
  validity?: Readonly<Record<string, string>>
}

/** An objection to a problem: a declared code, and one line for the person who has to fix the problem. */
export type Finding = {
  reason: string
  message: string
  /** The exact cause in a few words. Findings with the same detail are counted together. */
  detail?: string
  /** What the decision went by, for the list of rejected rows: values, bounds, the other problem. */
  facts?: Readonly<Record<string, string | number>>
  /** Of a set filter: the problem stays, and how many there are is only reported. */
  stays?: true
}

/** Services that a problem filter may call. The pipeline passes them in, so that no leaf folder imports another. */
export type ProblemMeans = {
  /** Runs each problem's own verifier over its reference answers: `correct` where the verifier accepts all of them. */
  verifyGolds: (problems: readonly Problem[]) => Promise<readonly VerifierResult[]>
  /** How many tokens of o200k_harmony a text has. */
  countTokens: (text: string) => number
  files: FilterFiles
}

/**
 * A filter of problems, which runs before anything is asked. It takes many problems at a time, so that threads can work
 * on them.
 */
export type ProblemFilter<Options extends { policy: Policy } = { policy: Policy }> = Declared<Options> & {
  scope: 'problem'
  /** Whether its findings depend on the verifiers and their options. */
  verifies: boolean
  /** The summary of all findings; it continues the sentence "12 problems …". */
  summary: string
  /** What a warning adds; it continues the sentence "correct them, or set it to drop; until then …". */
  consequence?: string
  /** @returns one finding for each problem, `undefined` for a problem that may stay */
  create(
    options: Options,
    means: ProblemMeans,
  ): (
    problems: readonly SourceProblem[],
  ) => readonly (Finding | undefined)[] | Promise<readonly (Finding | undefined)[]>
}

/**
 * What happens to a problem with a finding: it is left out, stays without its reference answers, stays with a warning, or
 * ends the run before anything is asked.
 */
export const policies = ['drop', 'clear', 'warn', 'fail'] as const
export type Policy = (typeof policies)[number]

/** One sample with all that is known about it. */
export type Sample = {
  problem: Problem
  /** The user message as it was sent: problem, options, instruction. */
  instruction: string
  arm: Arm
  trace: Trace
  verdict: Verdict
}

/** The result for one sample, which may stay when there is no reason to drop it. */
export type SampleDecision = { reasons: readonly FilterReason[]; measures: Measured }

/** A filter of one answer. */
export type SampleFilter<Options = unknown> = Declared<Options> & {
  scope: 'sample'
  /** Values that do not depend on the options, so that a changed threshold can be tried on stored ones. */
  measure?(sample: Sample): Measured
  /** @returns the reasons to drop a sample, none when it may stay. A filter that only measures has no `create`. */
  create?(options: Options, files: FilterFiles): (sample: Sample, measured: Measured) => readonly string[]
}

/** All samples of one problem with text, in the order of the arms and sample indexes, with what sample filters found. */
export type Group = { problem: Problem; samples: readonly (Sample & SampleDecision)[] }

/** A filter of all answers to one problem together: pass rates, tiers, selection. */
export type GroupFilter<Options = unknown> = Declared<Options> & {
  scope: 'group'
  /** @returns the values of each sample, in the order of the group */
  measure?(group: Group): readonly Measured[]
  /** @returns the reasons against each sample, in the order of the group */
  create?(options: Options): (group: Group, measured: readonly Measured[]) => readonly (readonly string[])[]
}
