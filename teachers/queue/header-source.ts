import { openQueueJudge } from './queue-judge.ts'
import type { QueueSource, SourceDeps } from './queue-source.ts'

/** The header that asks vLLM for its load (`vllm/entrypoints/openai/orca_metrics.py`), and the one that it answers with. */
const names = { asked: 'endpoint-load-metrics-format', answered: 'endpoint-load-metrics' }

/** So many answers without a number and the server does not know the header: some versions send it with nothing in it. */
const mostSilent = 8

/** The server writes a line into its log for each of these answers, so it is asked as often as is needed and no more. */
const wanted = { atOnce: 8, oneIn: 16 }

/**
 * The length of the queue at the end of an answer that is not streamed, from a response header: it comes through proxies
 * that hide the pages with gauges. Whether it comes is known with the first answers only, so all are sent until then.
 */
export function openHeaderSource({ max, here, judged, lost }: SourceDeps): QueueSource {
  const judge = openQueueJudge({ max, first: max })
  let silent = 0
  let seen = false
  let order = 0

  function answered(headers: Headers | undefined, round: number): void {
    const waiting = readWaiting(headers?.get(names.answered) ?? '')
    if (waiting === undefined) {
      if (!seen && ++silent >= mostSilent) lost()
      return
    }
    seen = true
    judge.add({ waiting: Math.min(waiting, here()), here: here() }, round)
    judged()
  }

  return {
    name: `the response header ${names.answered}`,
    judge,
    sent() {
      order += 1
      if (judge.looks() >= wanted.atOnce && order % wanted.oneIn !== 0) return {}
      const round = judge.round()
      return {
        headers: { [names.asked]: 'TEXT' },
        answered: ({ headers }) => answered(headers, round),
      }
    },
  }
}

/**
 * The requests that wait, summed over engines.
 *
 * @param header such as `TEXT named_metrics.kv_cache_usage_perc=0.4, named_metrics.num_requests_waiting=3.0`
 */
export function readWaiting(header: string): number | undefined {
  const found = [...header.matchAll(/num_requests_waiting=(\d+(?:\.\d+)?)/gu)]
  return found.length === 0 ? undefined : found.reduce((sum, [, count]) => sum + Number(count), 0)
}
