/**
 * When requests of our own for one token are sent, whose end shows that the server has started to work on them. Times are
 * milliseconds.
 */
export type Pings = {
  /** Whether one is to leave now, with so many requests in flight under this ceiling, and how the judge stands. */
  due(now: number, state: { ceiling: number; inFlight: number; doubling: boolean; looks: number }): boolean
  sent(now: number): void
  ended(): void
  /** One of the run's requests was answered. */
  answered(): void
}

/** So many looks at a ceiling are wanted quickly: fewer for a cut, more for growth. */
const wanted = { atOnce: 4, soon: 8 }

/** Later, once in so many answers and in so much time. */
const seldom = { answers: 16, ms: 1000 }

export function openPings(): Pings {
  let open = 0
  let answers = 0
  let lastAt = -Infinity
  return {
    due(now, { ceiling, inFlight, doubling, looks }) {
      // Where one waits the next would, too: several at once see the same queue in the time of one.
      const together = looks < wanted.atOnce && (looks > 0 || !doubling)
      if (open >= (together ? wanted.atOnce : 1)) return false
      // With fewer than may be sent it would find less than usual waiting.
      if (inFlight < 0.9 * ceiling) return false
      if (doubling) return true
      if (looks < wanted.soon)
        return answers >= ceiling / 8 || (looks < wanted.atOnce && now - lastAt >= seldom.ms)
      return now - lastAt >= seldom.ms && answers >= Math.max(seldom.answers, ceiling / 4)
    },
    sent(now) {
      open += 1
      answers = 0
      lastAt = now
    },
    ended() {
      open -= 1
    },
    answered() {
      answers += 1
    },
  }
}
