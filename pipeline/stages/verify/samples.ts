import type { Problem } from '../../../schemas/problem.ts'
import type { Trace } from '../../../schemas/trace.ts'
import { readPart } from '../../../store/parts/part.ts'
import type { RunContext } from '../../recipe/run-context.ts'

const columns = ['key', 'problem_id', 'arm', 'sample_index', 'model', 'answer', 'finish_state'] as const

/** A trace as far as its verdict depends on it. */
export type VerifiedTrace = Pick<Trace, (typeof columns)[number]>

export type ProblemSample = { problem: Problem; sample: VerifiedTrace }

/** A problem with all its samples, of every arm. */
export type ProblemSamples = { problem: Problem; samples: VerifiedTrace[] }

/** Verifiers cut what they quote of an answer; from this length on it may not be the whole of it. */
const cutLength = 200

/** Whether an extracted answer is there, whole and short enough to be compared by itself. */
export function isShortAnswer(extracted: string): boolean {
  return extracted !== '' && extracted.length < cutLength
}

/** The samples of a shard by problem, as many problems at a time as it takes to have `least` samples. */
export async function* sampleWindows(
  context: RunContext,
  shard: number,
  least: number,
): AsyncGenerator<ProblemSamples[]> {
  let window: ProblemSamples[] = []
  let size = 0
  for await (const { problem, sample } of samplesOf(context, shard)) {
    const last = window.at(-1)
    if (last?.problem.id === problem.id) last.samples.push(sample)
    else {
      if (size >= least) {
        yield window
        window = []
        size = 0
      }
      window.push({ problem, samples: [sample] })
    }
    size += 1
  }
  if (window.length > 0) yield window
}

async function* samplesOf({ runFolder }: RunContext, shard: number): AsyncGenerator<ProblemSample> {
  await using problems = readPart<Problem>(runFolder, 'problems', shard)
  let problem: Problem | undefined
  for await (const sample of readPart<VerifiedTrace>(runFolder, 'traces', shard, [...columns])) {
    while (problem?.id !== sample.problem_id) {
      const next = await problems.next()
      if (next.done) throw new Error(`shard ${shard}: trace ${sample.key} belongs to no problem of its shard`)
      problem = next.value
    }
    yield { problem, sample }
  }
}
