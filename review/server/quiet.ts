import { setTimeout } from 'node:timers/promises'

/** So long after the last answer the reviewer is taken to read. */
const restMs = 150

/** Tells apart the times when somebody waits for an answer, and those for work that can wait. */
export function openQuiet() {
  let asking = 0
  let answeredAt = -Infinity
  const isBusy = (): boolean => asking > 0 || performance.now() - answeredAt < restMs
  return {
    /** Answers somebody. */
    async answering<Result>(work: () => Promise<Result>): Promise<Result> {
      asking += 1
      try {
        return await work()
      } finally {
        asking -= 1
        answeredAt = performance.now()
      }
    },
    /** Returns when nobody waits any more, or when `stop` says that nobody ever will. */
    async wait(stop: AbortSignal): Promise<void> {
      // The next request comes in at a turn of the event loop.
      await setTimeout(0)
      while (!stop.aborted && isBusy()) await setTimeout(restMs)
    },
  }
}
