import type { Look, QueueJudge } from './queue-judge.ts'

/** A request whose start is awaited. */
type Mark = { order: number; sentAt: number }

/**
 * Requests in the order of sending, of which some show when the server starts to work on them. Where requests are served
 * in the order of arrival, what was sent after one that starts now and is not answered yet is what waits: a count, for
 * which no speed of the server has to be known. Times are milliseconds.
 */
export type StartMarks = {
  /** A request leaves. Returns its place in the order. */
  sent(now: number): number
  /** The first token of a streamed answer came. */
  started(order: number, now: number): void
  /** A request is answered, refused or broken off. */
  gone(order: number): void
  /** A mark's start was seen, while `here` requests are at the server: how many of them wait at this moment. */
  look(mark: Mark, now: number, here: number): Look
  /** The start of a request that nothing can have been waiting before. */
  idleStart(ms: number): void
}

type Sent = { order: number; at: number; started: boolean }

/**
 * A request needs some time to start even where nothing waits: what was sent less than so many times the quickest start
 * ago does not count as waiting. The quickest and not the mean, because starts among our own requests hold their wait.
 */
const slack = 2

/**
 * What was sent before a start and has not started after so many times the quickest start waits, too: where several servers
 * stand behind one address, or later requests overtake.
 */
const late = 8

/** @param everyStart whether every request shows its start, as streamed ones do; else only the marks' own are seen */
export function openStartMarks({ everyStart }: { everyStart: boolean }): StartMarks {
  /** In the order of sending; answered ones leave at once. */
  const open = new Map<number, Sent>()
  let order = 0
  let quickest = Infinity

  return {
    sent(now) {
      open.set(order, { order, at: now, started: false })
      return order++
    },
    started(of, now) {
      const request = open.get(of)
      if (request === undefined) return
      request.started = true
      quickest = Math.min(quickest, now - request.at)
    },
    gone: (of) => void open.delete(of),
    look({ order: of, sentAt }, now, here) {
      quickest = Math.min(quickest, now - sentAt)
      let waiting = 0
      for (const request of open.values()) {
        if (request.at > now - slack * quickest) break
        if (request.started) continue
        if (request.order > of || (everyStart && request.at <= now - late * quickest)) waiting += 1
      }
      return { waiting: Math.min(waiting, here), here }
    },
    idleStart(ms) {
      quickest = Math.min(quickest, ms)
    },
  }
}

/**
 * Whether a streamed request is to be a mark, with so many in flight: one in sixteen, more often under a low ceiling;
 * while the ceiling is doubled each one that fills it, behind which none of the same burst comes.
 */
export function isMark(
  order: number,
  inFlight: number,
  { ceiling, doubling }: Pick<QueueJudge, 'ceiling' | 'doubling'>,
): boolean {
  const every = Math.max(1, Math.min(16, Math.round(ceiling() / 8)))
  return doubling() ? inFlight >= ceiling() : order % every === 0
}
