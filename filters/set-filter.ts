import type { Arm } from '../schemas/arm.ts'
import type { Decision } from '../schemas/decision.ts'
import type { Trace } from '../schemas/trace.ts'
import type { Verdict } from '../schemas/verdict.ts'
import type { Declared, Finding, SourceProblem } from './filter.ts'

/** What a set filter of problems keeps of one problem until all have been read. */
export type Remembered<Memory> = { problem: string; position: string; memory: Memory }

/**
 * A filter of problems that has to see the whole set: problems with equal keys meet, wherever they stand in the source.
 * They meet on disk, so what is remembered of a problem is small, plain data. Every filter sees the problems that the
 * ones before it left. Such a problem is always left out: that an id stands for one problem is what a pair rests on.
 */
export type ProblemSetFilter<Options = unknown, Memory = unknown> = Declared<Options> & {
  scope: 'set'
  of: 'problem'
  create(options: Options): {
    /** Any text; `undefined` where the problem is compared with nothing. */
    key(row: SourceProblem): string | undefined
    remember(row: SourceProblem): Memory
    /** @returns for each of the problems with one key, in the order of the source, what speaks against it */
    decide(same: readonly Remembered<Memory>[]): readonly (Finding | undefined)[]
  }
}

/** What a set filter of samples may look at: numbers and states, no texts. */
export type SetSample = {
  arm: Arm
  trace: Pick<Trace, 'key' | 'sample_index' | 'finish_state' | 'reasoning_tokens' | 'answer_tokens'>
  verdict: Pick<Verdict, 'verdict'>
  /** What sample and group filters found; the reasons of other set filters are not among them. */
  decision: Pick<Decision, 'keep' | 'reasons' | 'measures'>
}

/**
 * A filter of answers that has to see the whole set: each shard is summarised by itself, the summaries are merged, and
 * every answer is then decided by the merged one. Merging must not depend on order or grouping, so that the decisions do
 * not depend on how the problems were cut into shards.
 */
export type SampleSetFilter<Options = unknown, Summary = unknown> = Omit<Declared<Options>, 'measures'> & {
  scope: 'set'
  of: 'sample'
  create(options: Options): {
    /** The summary of nothing: plain data, maps and typed arrays too, whose size does not grow with the samples. */
    empty(): Summary
    /** Adds one sample to a summary in place. */
    add(summary: Summary, sample: SetSample): void
    /** Adds the second summary to the first in place. */
    merge(into: Summary, from: Summary): void
    /** @returns the reasons that speak against a sample, by the summary of all */
    decide(summary: Summary): (sample: SetSample) => readonly string[]
  }
}
