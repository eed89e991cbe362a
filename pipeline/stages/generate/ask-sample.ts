import { TwinstillError } from '../../../schemas/errors.ts'
import type { Attempt, Outcome } from '../../../schemas/journal.ts'
import { billOf } from '../../../teachers/cost/bill.ts'
import type { AskResult, EndpointClient } from '../../../teachers/endpoint/endpoint.ts'
import { progressOf } from '../../engine/budgeted-endpoint.ts'
import type { Engine } from '../../engine/engine.ts'
import type { JournalWriter } from '../../../store/journal/writer.ts'
import type { WantedSample } from './samples.ts'

/**
 * Sends one request of a sample and journals what comes of it: a line before it leaves, a line with its outcome.
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
  const sample = { key, problem_id: problem.id, arm: name, sample_index: index, endpoint: place, model }
  let sent = false
  const tries: Attempt[] = []
  let result: AskResult
  try {
    result = await endpoint.ask(request, {
      seed,
      signal: engine.stop.abandon,
      onSend: async () => {
        await journal.append({ type: 'intent', ...sample, at: engine.now() })
        sent = true
      },
      onAttempt: (attempt) => tries.push(attempt),
    })
  } catch (error) {
    // Nobody was given up: its tries came to an end. Only requests given up in flight stay without an outcome.
    if (sent && error instanceof TwinstillError && !engine.stop.abandon.aborted) {
      const { message } = error
      await journal.append({
        type: 'failed',
        ...sample,
        at: engine.now(),
        attempts: tries,
        code: 'refused',
        message,
        retryable: true,
      })
    }
    throw error
  }
  if (result.ok) {
    const { body, attempts } = result
    const answered: Outcome = { type: 'answered', ...sample, at: engine.now(), attempts, body }
    await journal.append(answered)
    engine.reporter.advance(progressOf(engine, arm, billOf(attempts, body)))
    return answered
  }
  const { ok: _ok, ...failure } = result
  const failed: Outcome = { type: 'failed', ...sample, at: engine.now(), ...failure }
  await journal.append(failed)
  const { code, message } = failure
  engine.warnOften('unanswered', `no answer from ${arm.name} for problem ${problem.id}: ${code}: ${message}`)
  engine.reporter.advance(progressOf(engine, arm, billOf(failure.attempts)))
  return failed
}
