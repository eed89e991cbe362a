import type { ServerResponse } from 'node:http'

/** The requests that are being answered and those that wait for a place. */
export type Slots = {
  /** `true` once there is a place, `false` when the client left before. */
  enter(response: ServerResponse): Promise<boolean>
  leave(): void
  full(): boolean
  counts(): { running: number; waiting: number }
}

/** At most `limit` at a time, first come first served; `null` is no limit. */
export function slots(limit: number | null): Slots {
  let running = 0
  const waiting = new Set<() => void>()
  function full(): boolean {
    return limit !== null && running >= limit
  }
  return {
    full,
    counts: () => ({ running, waiting: waiting.size }),
    async enter(response) {
      if (!full()) {
        running++
        return true
      }
      return new Promise<boolean>((resolve) => {
        function admit(): void {
          response.off('close', quit)
          resolve(true)
        }
        function quit(): void {
          waiting.delete(admit)
          resolve(false)
        }
        waiting.add(admit)
        response.once('close', quit)
      })
    },
    leave() {
      const [next] = waiting
      // The place goes straight to the next in line, so the number running stays.
      if (next === undefined) running--
      else {
        waiting.delete(next)
        next()
      }
    },
  }
}
