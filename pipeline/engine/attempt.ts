/** Names a start in the journal. Sorts by time; the random part keeps two starts in one millisecond apart. */
export function attemptName(now: () => number, random: () => number): string {
  const time = new Date(now()).toISOString().replaceAll(/[-:]/g, '')
  return `${time}-${Math.floor(random() * 2 ** 32)
    .toString(16)
    .padStart(8, '0')}`
}
