/** Unbroken runs cost a tokenizer the square of their length, and looping models write very long ones. */
const longRun = /[\p{L}\p{M}]{512}|\s{512}|[^\s\p{L}\p{M}\p{N}]{512}/gu

/** The text cut behind every 512 characters of a run without a break, in order and without loss; mostly one piece. */
export function* cutLongRuns(text: string): Generator<string> {
  let start = 0
  for (const run of text.matchAll(longRun)) {
    const end = run.index + run[0].length
    yield text.slice(start, end)
    start = end
  }
  yield text.slice(start)
}

/** Where a text may be cut and still have the same tokens, which tokenizers differ in. */
export type Cuts = {
  /**
   * At the one space between two words: it stays with the second word, or is left out because the tokenizer writes one
   * before every text, or such a cut changes the tokens.
   */
  space: 'kept' | 'left_out' | 'changes'
  /** Behind a line break. */
  lineBreak: boolean
}

/** `exact` says that the cut before the piece changed no token. */
export type Piece = { text: string; exact: boolean }

/**
 * The text in pieces of at most `most` UTF-16 units, cut in the second half of a piece: where tokens stay the same, else
 * before white space, else anywhere but inside a surrogate pair. For tokenizers that take a text of any length for one
 * word.
 */
export function* boundedPieces(text: string, most: number, cuts: Cuts): Generator<Piece> {
  let start = 0
  let exact = true
  while (text.length - start > most) {
    // One more on both sides, because a cut is known by what stands around it.
    const from = start + Math.floor(most / 2)
    const window = text.slice(from - 1, start + most + 1)
    const space = cuts.space === 'changes' ? -1 : lastOf(window, /(?<=\S) (?=\S)/gu)
    const line = cuts.lineBreak ? lastOf(window, /(?<=\S\n)(?=\S)/gu) : -1
    const place = Math.max(space, line)
    const end = place > 0 ? from - 1 + place : roughCut(text, start, most)
    yield { text: text.slice(start, end), exact }
    exact = place > 0
    start = exact && place === space && cuts.space === 'left_out' ? end + 1 : end
  }
  yield { text: text.slice(start), exact }
}

function lastOf(text: string, pattern: RegExp): number {
  let last = -1
  for (const { index } of text.matchAll(pattern)) last = index
  return last
}

function roughCut(text: string, start: number, most: number): number {
  const space = text.slice(start + most / 2, start + most).search(/\s\S*$/u)
  const end = space === -1 ? start + most : start + most / 2 + space
  return /^[\udc00-\udfff]/u.test(text[end] ?? '') && /[\ud800-\udbff]$/u.test(text[end - 1] ?? '')
    ? end - 1
    : end
}
