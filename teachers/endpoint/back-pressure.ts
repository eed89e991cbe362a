/** What a server says about its queue. */
export type Gauges = { running: number; waiting: number }

/** Learns how many requests a server that queues can be sent at the same time. */
export type BackPressure = {
  ceiling(): number
  /** The number of the present ceiling: an answer says something about the ceiling under which it was asked for only. */
  round(): number
  /** Takes note of an answer that came after `ms` milliseconds with so many tokens. */
  answered(answer: { round: number; ms: number; tokens: number | null }): void
  /** Takes note of the server's gauges while `inFlight` of our requests were there. Gauges replace times for good. */
  gauged(gauges: Gauges, inFlight: number): void
}

/** The ceiling at the start: the default of `max_in_flight`, so that a recipe that does not raise it loses nothing. */
const firstCeiling = 64

/** The fastest group of so many answers shows how the server does without a queue. */
const groupSize = 8

/** Shares of the running requests between which the queue is left alone, and what is aimed at. */
const queue = { short: 0.1, aim: 0.25, long: 0.4 }

/** The same for the time of a token, against the best that was seen. */
const slowness = { short: 1.25, aim: 1.25, long: 1.5 }

/**
 * Keeps a queue of about a quarter of what the server works on, so that it never runs dry. Where the server has no
 * gauges, the time per token from sending to the last byte shows the queue: a request that waits as long as it is worked on
 * takes twice as long. The ceiling is never above `max`.
 */
export function openBackPressure(max: number): BackPressure {
  let ceiling = Math.min(max, firstCeiling)
  let round = 0
  let best = Infinity
  let settling = 0
  let shrunk = false
  let hasGauges = false
  let group = emptySum()
  let sinceChange = emptySum()

  function change(to: number): void {
    ceiling = Math.min(max, Math.max(1, to))
    round += 1
    settling = ceiling
    sinceChange = emptySum()
    shrunk = false
  }

  function answered(answer: { round: number; ms: number; tokens: number | null }): void {
    if (hasGauges || answer.tokens === null || answer.tokens === 0) return
    group = plus(group, answer.ms, answer.tokens)
    if (group.count === groupSize) {
      best = Math.min(best, group.ms / group.tokens)
      group = emptySum()
    }
    if (answer.round !== round) return
    // The first answers under a ceiling came before its queue had built up.
    settling -= 1
    if (settling >= 0) return
    sinceChange = plus(sinceChange, answer.ms, answer.tokens)
    if (sinceChange.count < Math.max(2 * groupSize, ceiling / 4)) return
    const slower = sinceChange.ms / sinceChange.tokens / best
    if (slower > slowness.long && shrunk) {
      // Fewer requests did not help, so it was no queue: tokens themselves take longer than they did.
      best *= slower
      shrunk = false
      sinceChange = emptySum()
    } else if (slower > slowness.long) {
      const fewer = Math.floor((ceiling * slowness.aim) / slower)
      change(Math.max(Math.min(groupSize, ceiling), fewer))
      shrunk = true
    } else if (slower < slowness.short && ceiling < max) change(Math.ceil(ceiling * 1.5))
    else sinceChange = emptySum()
  }

  function gauged({ running, waiting }: Gauges, inFlight: number): void {
    hasGauges = true
    const full = inFlight >= 0.95 * ceiling
    if (waiting > queue.long * running) {
      const aim = Math.ceil(queue.aim * running)
      change(Math.min(ceiling, Math.max(aim, inFlight - waiting + aim)))
    } else if (full && waiting <= queue.short * running) change(Math.ceil(ceiling * 1.25))
  }

  return { ceiling: () => ceiling, round: () => round, answered, gauged }
}

type Sum = { ms: number; tokens: number; count: number }

function emptySum(): Sum {
  return { ms: 0, tokens: 0, count: 0 }
}

function plus(sum: Sum, ms: number, tokens: number): Sum {
  return { ms: sum.ms + ms, tokens: sum.tokens + tokens, count: sum.count + 1 }
}
