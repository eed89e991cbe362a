import type { Outcome } from '../../../schemas/journal.ts'
import type { EndpointClient } from '../../../teachers/endpoint/endpoint.ts'
import { askReported } from '../../engine/ask-reported.ts'
import type { Worker } from '../../engine/worker.ts'
import type { JournalWriter } from '../../../store/journal/writer.ts'
import type { WantedSample } from './samples.ts'

/**
 * Sends one request of a sample, journals what comes of it and shows it as progress.
 *
 * @returns the outcome that is on disk now
 * @throws RunError or StoppedError when nothing more can be had from the endpoint
 */
export async function askSample(
  worker: Worker,
  endpoint: EndpointClient,
  journal: JournalWriter,
  { key, problem, arm, index, request, seed }: WantedSample,
): Promise<Outcome> {
  const { name, endpoint: place, model } = arm
  const asked = { key, problem_id: problem.id, arm: name, sample_index: index, endpoint: place, model }
  const outcome = await askReported(worker, journal, { asked, whose: name, arm }, (watched) =>
    endpoint.ask(request, { seed, arm, ...watched }),
  )
  if (outcome.type === 'failed')
    worker.warnings.often(
      'unanswered',
      `no answer from ${name} for problem ${problem.id}: ${outcome.code}: ${outcome.message}`,
    )
  worker.reporter.advance({ arm: name, limit: { endpoint: place, most: endpoint.state().limit } })
  return outcome
}
