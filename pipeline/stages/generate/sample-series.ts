import { verifierOf } from '../../../verifiers/all-verifiers.ts'
import type { VerdictValue } from '../../../schemas/verdict.ts'
import type { Worker } from '../../engine/worker.ts'
import type { SamplingReason } from '../../../schemas/reasons.ts'
import type { SampleSeries } from './samples.ts'
import { checkSamples } from '../verify/check-answers.ts'
import type { FinishedSample } from './ask-chain.ts'
import type { ChainEnd } from './chain.ts'
import { samplesWanted } from './sampling-rule.ts'

/** A problem of an adaptive arm with what is known of its samples. */
export type SeriesProgress = {
  series: SampleSeries
  /** Whether each sample is right and complete, in the order of their index. */
  correct: boolean[]
  /** Something can tell whether an answer is right. */
  checkable: boolean
  /** Samples that the progress display counts on. */
  planned: number
}

export function beginSeries(series: SampleSeries): SeriesProgress {
  const { task, answers } = series.problem
  const checkable = verifierOf(task).name !== '' && answers.length > 0
  return { series, correct: [], checkable, planned: series.arm.adaptive!.min }
}

/**
 * Samples a problem in rounds until its arm's rule has enough. Only the verifiers of the tasks are asked, not a judge:
 * what they reject is sampled again.
 *
 * @param finish brings a sample to its end; `undefined` where it cannot
 * @returns `undefined` when a sample could not be brought to its end, the answers before it being noted in `progress`
 */
export async function sampleSeries(
  worker: Worker,
  progress: SeriesProgress,
  finish: (index: number) => Promise<FinishedSample | undefined>,
): Promise<{ samples: number; ended: SamplingReason } | undefined> {
  for (;;) {
    const { samples, ended } = wantedOf(progress)
    if (ended === 'unchecked')
      worker.warnings.once(
        'unchecked',
        'problems without a verifier or a reference that it can read get `samples.min` samples: nothing can tell when there are enough',
      )
    if (ended) return { samples, ended }
    if (samples > progress.planned)
      worker.reporter.advance({ arm: progress.series.arm.name, more_samples: samples - progress.planned })
    progress.planned = Math.max(progress.planned, samples)
    const known = progress.correct.length
    const indices = Array.from({ length: samples - known }, (_, offset) => known + offset)
    const finished = (await all(indices.map(finish))).filter((sample) => sample !== undefined)
    if (finished.length < indices.length) return undefined
    if (finished.some((sample) => sample.interrupted)) return { samples, ended: 'interrupted' }
    await check(
      worker,
      progress,
      finished.map(({ end }) => end),
    )
  }
}

function wantedOf({ series, correct, checkable }: SeriesProgress): {
  samples: number
  ended?: SamplingReason
} {
  const rule = series.arm.adaptive!
  if (checkable) return samplesWanted(rule, correct)
  return { samples: rule.min, ...(correct.length < rule.min ? {} : { ended: 'unchecked' as const }) }
}

/** Notes which samples are right and whole: an answer that a filter would drop is none to stop at. */
async function check(worker: Worker, progress: SeriesProgress, ends: readonly ChainEnd[]): Promise<void> {
  const { series, correct, checkable } = progress
  const verdicts = checkable ? await verdictsOf(worker, series, ends) : []
  const gold = verdicts.filter((verdict) => verdict !== 'no_answer')
  // What the reference turns out to be is known with the first answers.
  if (gold.length > 0 && gold.every((verdict) => verdict === 'gold_unparseable')) progress.checkable = false
  correct.push(
    ...ends.map(({ read }, index) => verdicts[index] === 'correct' && read.finish_state === 'complete'),
  )
}

async function verdictsOf(
  worker: Worker,
  { problem, arm }: SampleSeries,
  ends: readonly ChainEnd[],
): Promise<VerdictValue[]> {
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
  return (await checkSamples(worker, samples)).map(({ verdict }) => verdict)
}

/** As `Promise.all`, but nothing runs on unobserved: what is in flight has been paid for. */
async function all<Value>(promises: readonly Promise<Value>[]): Promise<Value[]> {
  const results = await Promise.allSettled(promises)
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason
    return result.value
  })
}
