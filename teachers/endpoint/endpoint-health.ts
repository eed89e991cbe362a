/** How an endpoint has been doing, over all of its calls. Times are milliseconds. */
export type Health = {
  /** Whether it has answered in this run. */
  succeeded(): boolean
  success(): void
  /** A call failed for good. Returns whether so many did in a row that the run is pointless. */
  givenUp(): boolean
  /** A call waits for the server. Returns whether the server has kept everyone waiting for too long. */
  waiting(now: number): boolean
  /** Time until then was asked for by the server and is not held against it. */
  pausedUntil(time: number): void
}

/** Time without a single answer after which a restart or a rate limit is taken for the end. */
export const patienceMs = 15 * 60_000

/** `max` is the number of calls in flight: only more failures in a row than one full window count. */
export function openHealth(max: number): Health {
  const failuresInARow = Math.max(20, max)
  let answered = false
  let failures = 0
  let stalledSince: number | undefined

  return {
    succeeded: () => answered,
    success() {
      answered = true
      failures = 0
      stalledSince = undefined
    },
    givenUp() {
      failures += 1
      return failures >= failuresInARow
    },
    waiting(now) {
      stalledSince ??= now
      return now - stalledSince > patienceMs
    },
    pausedUntil(time) {
      stalledSince = Math.max(stalledSince ?? time, time)
    },
  }
}
