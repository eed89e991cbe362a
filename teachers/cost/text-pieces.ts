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

/**
 * The text in pieces of at most `most` UTF-16 units, cut before white space where there is some in the second half of a
 * piece, never inside a surrogate pair. For tokenizers that take a text of any length for one word.
 */
export function* boundedPieces(text: string, most: number): Generator<string> {
  let start = 0
  while (text.length - start > most) {
    const space = text.slice(start + most / 2, start + most).search(/\s\S*$/u)
    let end = space === -1 ? start + most : start + most / 2 + space
    if (/^[\udc00-\udfff]/u.test(text[end] ?? '') && /[\ud800-\udbff]$/u.test(text[end - 1] ?? '')) end -= 1
    yield text.slice(start, end)
    start = end
  }
  yield text.slice(start)
}
