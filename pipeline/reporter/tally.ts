import type { Progress, Totals } from './reporter.ts'

/** The figures of a progress display. */
export type Figures = {
  samples: number
  samples_total: number
  shards: number
  shards_total: number
  /** Answers a second since the start, those found in the journal left out. */
  rate: number
  completion_tokens: number
  cost_usd: number
  /** Seconds until the last answer at this rate; `null` before there is one. */
  eta_seconds: number | null
  /** Requests at all servers, and how many are sent at the same time as far as is known by now; 0 before the first answer. */
  in_flight: number
  in_flight_limit: number
}

/** Adds up progress and derives rate and remaining time. */
export function createTally(now: () => number): {
  begin(totals: Totals): void
  add(step: Progress): void
  figures(): Figures
} {
  let startedAt = now()
  let totals: Totals = { samples: 0, shards: 0 }
  let asked = 0
  let lastAskedAt = startedAt
  const flights = new Map<string, { in_flight: number; limit: number }>()
  const sum = { samples: 0, shards: 0, completion_tokens: 0, cost_usd: 0 }
  return {
    begin(work) {
      startedAt = now()
      totals = work
      // A run in waves begins more than once; what it spends adds up, how far a wave is does not.
      Object.assign(sum, { samples: 0, shards: 0 })
      asked = 0
    },
    add(step) {
      totals = { ...totals, samples: totals.samples + (step.more_samples ?? 0) }
      if (step.flight) flights.set(step.flight.endpoint, step.flight)
      sum.samples += step.samples ?? 0
      sum.shards += step.shards ?? 0
      sum.completion_tokens += step.completion_tokens ?? 0
      sum.cost_usd += step.cost_usd ?? 0
      if (step.known || !step.samples) return
      asked += step.samples
      lastAskedAt = now()
    },
    figures() {
      // Until the last answer: the stages after it must not look like a slower teacher.
      const seconds = Math.max(0.001, (lastAskedAt - startedAt) / 1000)
      const rate = asked / seconds
      const [inFlight, limit] = [...flights.values()].reduce(
        ([ours, most], each) => [ours + each.in_flight, most + each.limit],
        [0, 0],
      )
      return {
        samples: sum.samples,
        samples_total: totals.samples,
        shards: sum.shards,
        shards_total: totals.shards,
        rate,
        completion_tokens: sum.completion_tokens,
        cost_usd: sum.cost_usd,
        in_flight: inFlight,
        in_flight_limit: limit,
        eta_seconds: rate === 0 ? null : Math.max(0, totals.samples - sum.samples) / rate,
      }
    },
  }
}
