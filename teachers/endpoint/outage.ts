import { oneLine, type WireFailure } from '../wire/call-error.ts'
import { hideKey, type Named } from './endpoint-errors.ts'

/** A server that comes and goes is told of so often at most, in milliseconds. */
const quietMs = 60_000

/** Tells a person that the run stands still because its server, which answered before, cannot be reached. */
export type Outage = { began(failure: WireFailure): void; answered(): void }

/** @param patienceMs how long the run waits for the server */
export function openOutage(
  named: Named,
  { now, tell, patienceMs }: { now: () => number; tell: (text: string) => void; patienceMs: number },
): Outage {
  let isTold = false
  let toldAt = -Infinity
  const where = `endpoint ${named.name} (${named.baseUrl})`
  return {
    began({ code, message }) {
      if (isTold || now() - toldAt < quietMs) return
      isTold = true
      toldAt = now()
      const why = hideKey(named, oneLine(message) || code)
      tell(
        `${where}: it cannot be reached any more (${why}); the run waits for it, ${patienceMs / 60_000} minutes at most`,
      )
    },
    answered() {
      if (isTold) tell(`${where}: the server is back`)
      isTold = false
    },
  }
}
