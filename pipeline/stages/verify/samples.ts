import type { Problem } from '../../../schemas/problem.ts'
import type { Trace } from '../../../schemas/trace.ts'
import type { VerdictValue } from '../../../schemas/verdict.ts'
import { joinParts } from '../../../store/parts/join.ts'
import { askedKind } from '../../recipe/asked-kind.ts'
import type { RunContext } from '../../recipe/run-context.ts'

const columns = ['key', 'problem_id', 'arm', 'sample_index', 'model', 'answer', 'finish_state'] as const

/** A trace as far as its verdict depends on it. */
export type VerifiedTrace = Pick<Trace, (typeof columns)[number]>

export type ProblemSample = { problem: Problem; sample: VerifiedTrace }

/** A problem with all its samples, of every arm. */
export type ProblemSamples = {
  problem: Problem
  samples: VerifiedTrace[]
  /** The verdicts that the samples have already, in their order; empty where they were not read. */
  earlier: VerdictValue[]
}

/** Verifiers cut what they quote of an answer; from this length on it may not be the whole of it. */
const cutLength = 200

/** Whether an extracted answer is there, whole and short enough to be compared by itself. */
export function isShortAnswer(extracted: string): boolean {
  return extracted !== '' && extracted.length < cutLength
}

/**
 * The samples of a shard by problem, as many problems at a time as it takes to have `least` samples.
 *
 * @param withEarlier reads the verdicts that the samples have already
 */
export async function* sampleWindows(
  { runFolder, recipe }: RunContext,
  shard: number,
  { least, withEarlier }: { least: number; withEarlier: boolean },
): AsyncGenerator<ProblemSamples[]> {
  const verdicts = withEarlier ? (['verdict'] as const) : undefined
  const wanted = { problems: 'all', traces: columns, verdicts } as const
  let window: ProblemSamples[] = []
  let size = 0
  for await (const { problem, samples } of joinParts(runFolder, shard, wanted, {
    problems: askedKind(recipe),
  })) {
    if (size >= least) {
      yield window
      window = []
      size = 0
    }
    window.push({
      problem,
      samples: samples.map(({ trace }) => trace),
      earlier: samples.flatMap(({ verdict }) => (verdict ? [verdict.verdict] : [])),
    })
    size += samples.length
  }
  if (window.length > 0) yield window
}
