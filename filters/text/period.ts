/** What makes the end of a text a loop; lengths in UTF-16 units. */
export type LoopBounds = {
  /** The repeating end is at least this long. */
  characters: number
  /** What repeats is at most this long … */
  period: number
  /** … and fits into the repeating end at least this often. */
  repeats: number
}

/**
 * The passage that a text repeats at its end, or `undefined` when it ends in no loop. The end may stop inside the passage.
 * Reads no more of the text than the shortest loop of the longest period needs, in linear time: the failure function of
 * Knuth, Morris and Pratt, run from the end.
 */
export function loopAtEnd(text: string, { characters, period, repeats }: LoopBounds): string | undefined {
  if (text.length < characters) return undefined
  // Of a loop all but one passage, which is a `repeats`-th of it at the most, stands one passage earlier too.
  const again = Math.floor(characters - characters / repeats)
  const end = text.slice(-(again + period))
  if (again > 0 && end.lastIndexOf(text.slice(-again), end.length - again - 1) === -1) return undefined
  const most = Math.min(text.length, Math.max(characters, period * repeats))
  const border = new Uint32Array(most)
  const codeAt = (fromEnd: number): number => text.charCodeAt(text.length - 1 - fromEnd)
  let matched = 0
  for (let at = 0; at < most; at += 1) {
    if (at > 0) {
      const code = codeAt(at)
      while (matched > 0 && codeAt(matched) !== code) matched = border[matched - 1] ?? 0
      if (codeAt(matched) === code) matched += 1
      border[at] = matched
    }
    const shift = at + 1 - matched
    if (at + 1 >= characters && shift <= period && shift * repeats <= at + 1) return text.slice(-shift)
  }
  return undefined
}

/** How long the end of a text is that repeats one passage, with the same bounds; 0 where it ends in no loop. */
export function loopLength(text: string, bounds: LoopBounds): number {
  const passage = loopAtEnd(text, bounds)
  if (passage === undefined) return 0
  let length = passage.length
  while (
    length < text.length &&
    text.charCodeAt(text.length - 1 - length) === text.charCodeAt(text.length - 1 - length + passage.length)
  )
    length += 1
  return length
}
