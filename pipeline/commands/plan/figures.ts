import type { Range } from './statistics.ts'

/** A number for people: whole, with a comma between thousands. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

/** Dollars, with as many digits as small amounts need. */
export function money(usd: number): string {
  if (usd >= 100) return `$${count(usd)}`
  return `$${usd >= 1 || usd === 0 ? usd.toFixed(2) : usd.toPrecision(2)}`
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`
}

/** Seconds as `40 s`, `12 min` or `3.5 h`. */
export function duration(seconds: number): string {
  if (seconds < 120) return `${Math.ceil(seconds)} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  return `${(seconds / 3600).toFixed(1)} h`
}

export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, value)) / 3))
  return `${(value / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`
}

/** The two cells of a range: what is expected, and its ends. */
export function rangeOf({ low, expected, high }: Range, written: (value: number) => string): string[] {
  const [from, to] = [written(low), written(high)]
  return [written(expected), from === to ? 'exact' : `${from} to ${to}`]
}

/** `12 wrong_answer, 3 too_long` */
export function reasonList(lost: Readonly<Record<string, number>>): string {
  return Object.entries(lost)
    .map(([reason, times]) => `${times} ${reason}`)
    .join(', ')
}
