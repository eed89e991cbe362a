import { setTimeout as delay } from 'node:timers/promises'

/**
 * How long a response asks to wait, in milliseconds from `now` (milliseconds since 1970): `Retry-After` in seconds or as
 * a date, or the time until the rate limit's window ends (`RateLimit: "api";r=0;t=12`). `null` when it does not ask.
 */
export function serverWaitMs(headers: { get(name: string): string | null }, now: number): number | null {
  const waits = [retryAfter(headers.get('retry-after'), now), windowEnd(headers.get('ratelimit'))]
  const asked = waits.filter((wait) => wait !== null)
  return asked.length === 0 ? null : Math.max(...asked)
}

function retryAfter(header: string | null, now: number): number | null {
  if (header === null) return null
  if (/^\s*\d+(?:\.\d+)?\s*$/u.test(header)) return Number(header) * 1000
  const date = Date.parse(header)
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}

/** Only a window that is used up is a reason to wait: the header also comes with good answers. */
function windowEnd(header: string | null): number | null {
  const remaining = /;\s*r=(\d+)/u.exec(header ?? '')?.[1]
  const seconds = /;\s*t=(\d+)/u.exec(header ?? '')?.[1]
  return seconds === undefined || (remaining !== undefined && remaining !== '0')
    ? null
    : Number(seconds) * 1000
}

/** Waits; a stop ends it with the stop's own reason. */
export async function waitUnlessStopped(ms: number, stop: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal: stop })
  } catch (error) {
    throw stop.aborted ? stop.reason : error
  }
}
