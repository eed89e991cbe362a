import type { Outcome } from '../../schemas/journal.ts'
import { readJournal, type JournalEntry } from './reader.ts'

/**
 * What a journal knows already, by key, so that it is not asked again. An answer counts whatever follows it, the last one
 * if there are several. A failure counts where there is no answer and the fault was the request's own; one of the server's
 * is asked again.
 *
 * @param journal its folder, or the lines themselves
 * @param keep turns an outcome into what is to be remembered of it, which decides what this holds in memory; `undefined`
 *   passes over the outcome
 */
export async function knownOutcomes<Value>(
  journal: string | AsyncIterable<Pick<JournalEntry, 'line'>>,
  keep: (outcome: Outcome) => Value | undefined,
): Promise<Map<string, Value>> {
  const answers = new Map<string, Value>()
  const failures = new Map<string, Value>()
  for await (const { line } of typeof journal === 'string' ? readJournal(journal) : journal) {
    if (line.type === 'intent' || line.type === 'exported') continue
    if (line.type === 'failed' && line.retryable) continue
    const value = keep(line)
    if (value === undefined) continue
    if (line.type === 'answered') answers.set(line.key, value)
    else failures.set(line.key, value)
  }
  return new Map([...failures, ...answers])
}
