import type { Arm } from '../../schemas/arm.ts'
import type { Outcome } from '../../schemas/journal.ts'
import type { JournalWriter } from '../../store/journal/writer.ts'
import { billOf } from '../../teachers/cost/bill.ts'
import { ratesOf } from '../../teachers/cost/price.ts'
import type { AskResult } from '../../teachers/endpoint/endpoint-client.ts'
import { isCutOff } from '../../teachers/reply/read-answer.ts'
import { askJournalled, type AskedFor, type Watched } from './ask-journalled.ts'
import { billedAmount } from './budgeted-endpoint.ts'
import type { Worker } from './worker.ts'

/**
 * Sends a request as `askJournalled` does and shows it in the progress display: from when it leaves, with every try that
 * fails, to its bill.
 *
 * @param whose the name that the request is shown under
 */
export async function askReported(
  worker: Pick<Worker, 'context' | 'reporter' | 'now' | 'stop'>,
  journal: JournalWriter,
  { asked, whose, arm }: { asked: AskedFor; whose: string; arm: Pick<Arm, 'endpoint' | 'model'> },
  send: (watched: Watched) => Promise<AskResult>,
): Promise<Outcome> {
  const { context, reporter } = worker
  let flying = false
  const land = (): { in_flight?: number } => {
    const landed = flying ? { in_flight: -1 } : {}
    flying = false
    return landed
  }
  try {
    const outcome = await askJournalled(worker, journal, asked, (watched) =>
      send({
        ...watched,
        async onSend(most) {
          await watched.onSend(most)
          flying = true
          reporter.advance({ arm: whose, in_flight: 1 })
        },
        onAttempt(attempt) {
          watched.onAttempt(attempt)
          if (attempt.error !== '') reporter.advance({ arm: whose, error: attempt.error })
        },
      }),
    )
    const body = outcome.type === 'answered' ? outcome.body : undefined
    const bill = billOf(outcome.attempts, body)
    const rates = ratesOf(context.recipe.endpoints[arm.endpoint]?.price, arm.model)
    reporter.advance({
      arm: whose,
      ...land(),
      requests: 1,
      failed: outcome.type === 'failed' ? 1 : 0,
      truncated: body !== undefined && isCutOff(body) ? 1 : 0,
      prompt_tokens: bill.prompt,
      completion_tokens: bill.completion,
      cost_usd: billedAmount(bill, rates).nano_usd / 1e9,
    })
    return outcome
  } finally {
    if (flying) reporter.advance({ arm: whose, ...land() })
  }
}
