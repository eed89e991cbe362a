/**
 * How long a response asks to wait, in milliseconds from `now` (milliseconds since 1970): `retry-after-ms`, or
 * `retry-after` in seconds or as a date. `null` when it does not ask, or not in a way that can be read.
 */
export function retryAfterMs(headers: { get(name: string): string | null }, now: number): number | null {
  const precise = numberOf(headers.get('retry-after-ms'))
  if (precise !== null) return precise
  const header = headers.get('retry-after')
  const seconds = numberOf(header)
  if (seconds !== null) return seconds * 1000
  const date = Date.parse(header ?? '')
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}

function numberOf(header: string | null): number | null {
  return header !== null && /^\s*\d+(?:\.\d+)?\s*$/u.test(header) ? Number(header) : null
}
