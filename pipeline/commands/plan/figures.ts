import type { Range } from './statistics.ts'

/** The two cells of a range: what is expected, and its ends. */
export function rangeOf(
  { low, expected, high }: Range,
  written: (value: number, like: number) => string,
): string[] {
  const [from, to] = [written(low, expected), written(high, expected)]
  return [written(expected, expected), from === to ? 'exact' : `${from} to ${to}`]
}

/** `12 wrong_answer, 3 too_long` */
export function reasonList(lost: Readonly<Record<string, number>>): string {
  return Object.entries(lost)
    .map(([reason, times]) => `${times} ${reason}`)
    .join(', ')
}
