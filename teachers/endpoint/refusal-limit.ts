/**
 * How many requests a server that refuses with 429 is sent at the same time. Times are milliseconds; who owns it says
 * what time it is.
 */
export type RefusalLimit = {
  limit(): number
  /** Changes with every refusal that cuts: a request keeps the round in which it was sent. */
  round(): number
  /** A request that was sent in `sentIn` was refused, while `accepted` others were at the server. */
  refused(sentIn: number, accepted: number, now: number): void
  /** When the limit may grow next; `undefined` while it is the highest. */
  growsAt(): number | undefined
  /** Lets the limit grow where it is time; called when more requests wait than it lets through. */
  grow(now: number): boolean
  /** Nothing is sent before this time, so that it is no quiet time. */
  pausedUntil(time: number): void
}

/** A cut leaves this share of what the server held. */
const kept = 0.97

/** Time without a refusal before the limit grows: the least, and the longest where growth is refused again and again. */
const quietMs = { least: 2000, longest: 30_000 }

/** Time between further steps of growth: several round trips, in which a refusal would have come. */
const paceMs = 500

/** A refusal within so many steps of growth shows that they came too early. */
const earlySteps = 4

/**
 * A refusal comes at once, so growth needs no answers, only quiet. A refusal cuts to what the server holds; after a
 * quiet time there is one more, then two, four, eight more, quickly, while nothing is refused; the quiet time doubles where
 * growth is soon refused.
 */
export function openRefusalLimit(max: number): RefusalLimit {
  let limit = max
  let round = 0
  let quiet = quietMs.least
  let step = 1
  let grown = 0
  let changedAt = 0

  const waits = (): number => (grown === 0 ? quiet : paceMs)

  return {
    limit: () => limit,
    round: () => round,
    refused(sentIn, accepted, now) {
      changedAt = Math.max(changedAt, now)
      if (sentIn !== round) {
        // It was sent together with the one that cut: what is left is what the server holds of them.
        limit = Math.max(1, Math.min(limit, accepted))
        return
      }
      round += 1
      if (grown > 0 && grown <= earlySteps) quiet = Math.min(quietMs.longest, 2 * quiet)
      limit = Math.max(1, Math.min(limit, Math.floor(kept * accepted)))
      step = 1
      grown = 0
    },
    growsAt: () => (limit < max ? changedAt + waits() : undefined),
    grow(now) {
      if (limit >= max || now - changedAt < waits()) return false
      limit = Math.min(max, limit + step)
      step *= 2
      grown += 1
      changedAt = now
      if (grown > earlySteps) quiet = quietMs.least
      return true
    },
    pausedUntil(time) {
      changedAt = Math.max(changedAt, time)
    },
  }
}
