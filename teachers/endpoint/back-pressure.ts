/** What a server says about its queue. */
export type Gauges = { running: number; waiting: number }

/** How many requests a server that queues is sent at the same time, learnt from how it does. */
export type BackPressure = {
  ceiling(): number
  /** Which ceiling that is: an answer tells something about the ceiling under which it was asked for, and no other. */
  round(): number
  /** An answer came, after so many milliseconds with so many tokens. */
  answered(answer: { round: number; ms: number; tokens: number | null }): void
  /** The server was read out while so many of our requests were there. From then on times tell nothing more. */
  gauged(gauges: Gauges, inFlight: number): void
}

/** Sent from the start: the default of `max_in_flight`, so that a recipe that does not raise it loses nothing. */
const firstCeiling = 64

/** Answers of which the fastest run is taken for a server without a queue. */
const groupSize = 8

/** Shares of the running requests between which the queue is left alone, and what is aimed at. */
const queue = { short: 0.1, aim: 0.25, long: 0.4 }

/** The same for the time of a token, against the best that was seen. */
const slowness = { short: 1.25, aim: 1.25, long: 1.5 }

/**
 * Keeps a queue of about a quarter of what the server works on, so that it never runs dry. Where the server does not tell
 * its queue, the time from sending to the last byte per token does: a request that waits as long as it is worked on takes
 * twice as long. Whatever is learnt, at most `max`.
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
