import type { Outcome } from '../../../schemas/journal.ts'
import { billOf } from '../../../teachers/cost/bill.ts'
import type { EndpointClient } from '../../../teachers/endpoint/endpoint.ts'
import { askJournalled } from '../../engine/ask-journalled.ts'
import { progressOf } from '../../engine/budgeted-endpoint.ts'
import type { Engine } from '../../engine/engine.ts'
import type { JournalWriter } from '../../../store/journal/writer.ts'
import type { WantedSample } from './samples.ts'

/**
 * Sends one request of a sample, journals what comes of it and shows it as progress.
 *
 * @returns the outcome that is on disk now
 * @throws RunError or StoppedError when nothing more can be had from the endpoint
 */
export async function askSample(
  engine: Engine,
  endpoint: EndpointClient,
  journal: JournalWriter,
  { key, problem, arm, index, request, seed }: WantedSample,
): Promise<Outcome> {
  const { name, endpoint: place, model } = arm
  const asked = { key, problem_id: problem.id, arm: name, sample_index: index, endpoint: place, model }
  const outcome = await askJournalled(engine, journal, asked, (watched) =>
    endpoint.ask(request, { seed, arm, ...watched }),
  )
  if (outcome.type === 'failed')
    engine.warnOften(
      'unanswered',
      `no answer from ${name} for problem ${problem.id}: ${outcome.code}: ${outcome.message}`,
    )
  const body = outcome.type === 'answered' ? outcome.body : undefined
  engine.reporter.advance(progressOf(engine, arm, billOf(outcome.attempts, body)))
  return outcome
}
