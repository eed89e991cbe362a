import type { GaugePage } from '../dialects/dialect.ts'
import { fetchGauges, type Gauges } from './gauge-page.ts'
import { openQueueJudge } from './queue-judge.ts'
import type { FindSource, QueueSource, SourceDeps } from './queue-source.ts'

/**
 * Time between two readings: short while the ceiling is doubled, when each of them costs a step, and while nothing waits
 * although more could be sent, when places may stand empty. An answer is read about a little later, once the request that
 * takes its place is counted.
 */
const everyMs = { doubling: 150, dry: 100, settled: 1000, refill: 50 }

const deadlineMs = 5000

/** A server counts a request as waiting that it has only not begun to read; and one that it has not got yet not at all. */
const patience = 4

/** So many readings in a row that fail: what cannot be seen slows nothing. */
const mostFailures = 4

/** So many readings in a row that show none of our requests come from somewhere else than the server that has them. */
const mostEmpty = 8

/** Reads pages on which the server counts what it works on and what waits. */
export const findGauges: FindSource = async (deps, _, signal) => {
  for (const page of deps.dialect.gauges ?? []) {
    const found = await fetchGauges(deps.transport, deps.baseUrl, page, signal)
    if (typeof found !== 'string') return openGauges(deps, page)
  }
  return undefined
}

function openGauges(deps: SourceDeps, page: GaugePage): QueueSource {
  const { max, now, sleep, here, signal } = deps
  const judge = openQueueJudge({ max, patience })
  let reading = false
  let pacing = false
  let readAt = now()
  let answers = 0
  let empty = 0
  let failures = 0
  let partial = 0
  let dry = false

  async function readOnce(): Promise<void> {
    reading = true
    answers = 0
    const [round, ours] = [judge.round(), here()]
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)])
    const found = await fetchGauges(deps.transport, deps.baseUrl, page, deadline)
    reading = false
    readAt = now()
    if (signal.aborted) return
    if (typeof found !== 'string') {
      failures = 0
      take(found, Math.min(ours, here()), round)
    } else if (found === 'none' || ++failures >= mostFailures) deps.lost()
  }

  async function readAfterRefill(): Promise<void> {
    reading = true
    try {
      await sleep(everyMs.refill, signal)
      await readOnce()
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  function take({ running, waiting }: Gauges, ours: number, round: number): void {
    const counted = running + waiting
    if (counted === 0) {
      if (ours > 0 && ++empty >= mostEmpty) deps.lost()
      return
    }
    empty = 0
    // Behind one address may be several servers, of which one is read; more often the requests have only just left.
    if (judge.doubling() && counted < ours / 2 && ++partial < patience) return
    partial = 0
    dry = waiting === 0 && judge.ceiling() < max
    judge.add({ waiting: (ours * waiting) / counted, here: ours, running }, round)
    deps.judged()
  }

  /** While the ceiling is doubled neither a request nor an answer may come by for a long time. */
  async function keepReading(): Promise<void> {
    if (pacing) return
    pacing = true
    try {
      while (judge.doubling() && here() > 0 && !signal.aborted) {
        await sleep(everyMs.doubling, signal)
        if (!reading && here() >= 0.9 * judge.ceiling()) await readOnce()
      }
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      pacing = false
    }
  }

  function look(): void {
    if (judge.doubling()) void keepReading()
    else if (
      !reading &&
      now() - readAt >= (dry ? everyMs.dry : everyMs.settled) &&
      answers >= judge.ceiling() / (dry ? 16 : 8)
    )
      void readAfterRefill()
  }

  return {
    name: `the gauges at ${page.at === 'api' ? `/v1${page.path}` : page.path}`,
    judge,
    sent() {
      look()
      return {
        answered() {
          answers += 1
        },
        gone: look,
      }
    },
  }
}
