import type { Arm } from '../schemas/arm.ts'
import type { Decision } from '../schemas/decision.ts'
import type { Problem } from '../schemas/problem.ts'
import type { Trace } from '../schemas/trace.ts'
import type { Verdict } from '../schemas/verdict.ts'
import type { Declared, Finding, SourceProblem } from './filter.ts'

/** What a set filter of problems keeps of one problem until all have been read. */
export type Remembered<Memory> = { problem: string; position: string; memory: Memory }

/** Rules that decide about all problems with one key together, wherever they are in the source. */
export type KeyedRules<Memory> = {
  /** Any text; `undefined` for a problem that is not compared with others. */
  key(row: SourceProblem): string | undefined
  remember(row: SourceProblem): Memory
  /** @returns one finding for each of the problems with one key, in the order of the source; `undefined` to accept it */
  decide(same: readonly Remembered<Memory>[]): readonly (Finding | undefined)[]
}

/** Rules that compare any problem with any other, by what they hold of each in a few numbers. */
export type ComparingRules<Memory> = {
  /** Called for each problem in the order of the source. What is returned is kept on disk until `compare` asks for it. */
  add(row: SourceProblem): Memory
  /**
   * @param accepted whether the filters before this one accepted the problem that was added as the so manyth, from 0
   * @param remembered reads back what was kept of it
   * @returns the findings, each with the number of its problem, each problem at most once
   */
  compare(
    accepted: (place: number) => boolean,
    remembered: (place: number) => Remembered<Memory>,
  ): Iterable<{ place: number; finding: Finding }>
}

/**
 * A filter of problems that has to see the whole set. What is remembered of a problem is collected on disk, so it must be
 * plain data. Every filter sees only the problems that the filters before it accepted. A problem with a finding is always
 * left out, because pairing relies on every id naming exactly one problem.
 */
export type ProblemSetFilter<Options = unknown, Memory = unknown> = Declared<Options> & {
  scope: 'set'
  of: 'problem'
  create(options: Options): KeyedRules<Memory> | ComparingRules<Memory>
}

/** What a set filter of samples may look at: numbers and states, no texts. */
export type SetSample = {
  problem: Pick<Problem, 'id' | 'domain' | 'source' | 'task' | 'difficulty'>
  arm: Arm
  trace: Pick<Trace, 'key' | 'sample_index' | 'finish_state' | 'reasoning_tokens' | 'answer_tokens'>
  verdict: Pick<Verdict, 'verdict'>
  /** What sample and group filters found; the reasons of other set filters are not among them. */
  decision: Pick<Decision, 'keep' | 'reasons' | 'measures'>
}

/**
 * A filter of answers that has to see the whole set. Each shard is summarised separately, the summaries are merged, and
 * the merged summary then decides about every answer. Merging must not depend on order or grouping, so that the decisions
 * do not depend on how the problems were cut into shards.
 */
export type SampleSetFilter<Options = unknown, Summary = unknown> = Omit<
  Declared<Options>,
  'measures' | 'files'
> & {
  scope: 'set'
  of: 'sample'
  /** Says that it looks at what the problem is about, so that its decisions depend on the problems too. */
  readsProblems?: true
  create(options: Options): {
    /**
     * The summary of nothing: plain data, maps and typed arrays too. Its size does not grow with the samples, and with the
     * problems only where the filter chooses among them.
     */
    empty(): Summary
    /** Adds one sample to a summary in place. */
    add(summary: Summary, sample: SetSample): void
    /** Adds the second summary to the first in place. */
    merge(into: Summary, from: Summary): void
    /** @returns a function that gives the reasons to drop a sample, given the summary of all samples */
    decide(summary: Summary): (sample: SetSample) => readonly string[]
    /** @returns what could not be decided by the summary of all samples, each in a sentence that says what to do */
    unknown?(summary: Summary): readonly string[]
  }
}
