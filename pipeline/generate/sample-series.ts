import { verifierOf } from '../../verifiers/async-registry.ts'
import type { Problem } from '../../schemas/problem.ts'
import type { Engine } from '../engine.ts'
import type { SampleSeries, SamplingEnd } from '../samples.ts'
import { checkSamples } from '../verify/check-answers.ts'
import type { FinishedSample } from './ask-chain.ts'
import type { ChainEnd } from './chain.ts'
import { samplesWanted, type SamplesWanted } from './sampling-rule.ts'

/** A problem of an adaptive arm with what is known of its samples: whether each is right, in the order of their index. */
export type SeriesProgress = {
  series: SampleSeries
  correct: boolean[]
  /** Samples that the progress display counts on. */
  planned: number
}

export function beginSeries(series: SampleSeries): SeriesProgress {
  return { series, correct: [], planned: series.arm.adaptive!.min }
}

/**
 * Samples a problem in rounds until its arm's rule has enough. Only the verifiers of the tasks are asked, not a judge:
 * what they reject is sampled again.
 *
 * @param finish brings a sample to its end; `undefined` where it cannot
 * @returns `undefined` when a sample could not be brought to its end, the answers before it being noted in `progress`
 */
export async function sampleSeries(
  engine: Engine,
  progress: SeriesProgress,
  finish: (index: number) => Promise<FinishedSample | undefined>,
): Promise<{ samples: number; ended: SamplingEnd } | undefined> {
  const { series, correct } = progress
  const checkable = isCheckable(engine, series.problem)
  for (;;) {
    const { samples, ended } = wantedOf(series, correct, checkable)
    if (ended) return { samples, ended }
    if (samples > progress.planned) engine.reporter.advance({ more_samples: samples - progress.planned })
    progress.planned = Math.max(progress.planned, samples)
    const indices = Array.from({ length: samples - correct.length }, (_, offset) => correct.length + offset)
    const finished = await all(indices.map(finish))
    if (finished.some((sample) => sample === undefined)) return undefined
    if (finished.some((sample) => sample!.interrupted)) return { samples, ended: 'interrupted' }
    correct.push(
      ...(checkable
        ? await areCorrect(
            engine,
            series,
            finished.map((sample) => sample!.end),
          )
        : finished.map(() => false)),
    )
  }
}

function wantedOf(
  { arm }: SampleSeries,
  correct: readonly boolean[],
  checkable: boolean,
): Omit<SamplesWanted, 'ended'> & { ended?: SamplingEnd } {
  const rule = arm.adaptive!
  if (checkable) return samplesWanted(rule, correct)
  return { samples: rule.min, ...(correct.length < rule.min ? {} : { ended: 'unchecked' as const }) }
}

function isCheckable(engine: Engine, { task, answers }: Problem): boolean {
  if (verifierOf(task).name !== '' && answers.length > 0) return true
  engine.warnOnce(
    'unchecked',
    'problems without a reference or a verifier get `samples.min` samples: nothing can tell when there are enough',
  )
  return false
}

/** Right and whole: an answer that a filter would drop is none to stop at. */
async function areCorrect(
  engine: Engine,
  { problem, arm }: SampleSeries,
  ends: readonly ChainEnd[],
): Promise<boolean[]> {
  const samples = ends.map(({ outcome, read }) => ({
    problem,
    sample: {
      key: outcome.key,
      problem_id: problem.id,
      arm: arm.name,
      sample_index: outcome.sample_index,
      model: arm.model,
      answer: read.answer,
      finish_state: read.finish_state,
    },
  }))
  const results = await checkSamples(engine, samples)
  return results.map(
    ({ verdict }, index) => verdict === 'correct' && ends[index]!.read.finish_state === 'complete',
  )
}

/** As `Promise.all`, but nothing runs on unobserved: what is in flight has been paid for. */
async function all<Value>(promises: readonly Promise<Value>[]): Promise<Value[]> {
  const settled = await Promise.allSettled(promises)
  return settled.map((result) => {
    if (result.status === 'rejected') throw result.reason
    return result.value
  })
}
