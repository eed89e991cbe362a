import type { Tokens } from '../../schemas/bill.ts'
import type { Answered } from '../../schemas/journal.ts'
import { readJournal, type JournalEntry } from './reader.ts'
import type { BillOf } from './spend-tally.ts'

/** What the journal knows of one sample. */
export type SampleState = {
  /** `intended`: sent or about to be, with no outcome on disk; it may have been paid for. */
  state: 'intended' | 'answered' | 'failed'
  /** For `failed`: whether the failure was the server's, so that the sample is asked again. */
  retryable: boolean
  /** Where the journal has the outcome line; the file name is empty for `intended`. */
  file: string
  offset: number
  length: number
  /** Requests on the wire that have an outcome on disk, over all attempts at this sample. */
  requests: number
  /** Tokens that failed tries are known to have been billed for. */
  wasted_tokens: number
  wasted_prompt_tokens: number
  /** What the answer was billed for; only `answered` has it. */
  tokens?: Tokens
  /** Intents without an outcome: requests that a kill cut off. */
  unsettled: number
  /** The batch that the sample was last exported to and has no outcome of, else empty. */
  batch: string
  /** How often it was exported. */
  exports: number
}

/**
 * The state of every sample of a shard by key. An answer counts whatever follows it; of failures the last one counts.
 * Memory: one small object a sample of the shard, never the texts.
 *
 * @param journal its folder, or the lines themselves
 */
export async function journalState(
  journal: string | AsyncIterable<JournalEntry>,
  billOf: BillOf,
): Promise<Map<string, SampleState>> {
  const states = new Map<string, SampleState>()
  for await (const { line, file, offset, length } of typeof journal === 'string'
    ? readJournal(journal)
    : journal) {
    let sample = states.get(line.key)
    if (sample === undefined) {
      sample = {
        state: 'intended',
        retryable: true,
        file: '',
        offset: 0,
        length: 0,
        requests: 0,
        wasted_tokens: 0,
        wasted_prompt_tokens: 0,
        unsettled: 0,
        batch: '',
        exports: 0,
      }
      states.set(line.key, sample)
    }
    if (line.type === 'intent') {
      sample.unsettled += 1
      continue
    }
    if (line.type === 'exported') {
      sample.batch = line.batch
      sample.exports += 1
      continue
    }
    if (line.batch === sample.batch) sample.batch = ''
    // Somebody may have deleted the damaged line of its intent.
    if (line.imported === undefined && line.batch === undefined)
      sample.unsettled = Math.max(0, sample.unsettled - 1)
    sample.requests += line.attempts.length
    for (const attempt of line.attempts) {
      if (attempt.error === '') continue
      sample.wasted_tokens += attempt.completion_tokens ?? 0
      sample.wasted_prompt_tokens += attempt.prompt_tokens ?? 0
    }
    if (sample.state !== 'answered') {
      Object.assign(sample, {
        state: line.type,
        retryable: line.type === 'failed' && line.retryable,
        file,
        offset,
        length,
      })
      // What was paid for elsewhere has no attempts here.
      if (line.type === 'answered' && line.attempts.length > 0) sample.tokens = answerTokens(line, billOf)
    }
  }
  return states
}

/** The bill of the try that brought the answer. */
function answerTokens({ attempts, body }: Answered, billOf: BillOf): Tokens {
  const { prompt, cached, completion } = billOf(attempts.slice(-1), body)
  return { prompt, cached, completion }
}

/** Whether a sample has to be asked (again): everything but an answer and a failure that is the request's own fault. */
export function needsAsking(state: SampleState | undefined): boolean {
  return state === undefined || state.state === 'intended' || (state.state === 'failed' && state.retryable)
}
