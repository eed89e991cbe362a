import * as fc from 'fast-check'

/** One change of a text, by numbers that fit every text. */
type Change = { kind: number; at: number; size: number; other: number; token: string }

/** A change may make a text this long by repeating a piece of it: a parser that takes the square of the length shows it. */
const longest = 60_000

const kinds: readonly ((text: string, change: Change, documents: readonly string[]) => string)[] = [
  // Cut out, cut off.
  (text, { at, size }) => text.slice(0, at) + text.slice(at + size),
  (text, { at }) => text.slice(0, at),
  // Doubled.
  (text, { at, size }) => text.slice(0, at + size) + text.slice(at),
  // Put in, put over.
  (text, { at, token }) => text.slice(0, at) + token + text.slice(at),
  (text, { at, size, token }) => text.slice(0, at) + token + text.slice(at + size),
  // Moved to the front.
  (text, { at, size }) => text.slice(at, at + size) + text.slice(0, at) + text.slice(at + size),
  // Gone on with as another document.
  (text, { at, other }, documents) => {
    const next = documents[other % documents.length]!
    return text.slice(0, at) + next.slice(at % (next.length + 1))
  },
  // A bit of a letter.
  (text, { at, other }) =>
    at >= text.length
      ? text
      : text.slice(0, at) +
        String.fromCharCode(text.charCodeAt(at) ^ (1 << (other % 8))) +
        text.slice(at + 1),
]

/** Repeats a short piece very often. */
function amplified(text: string, { at, size, other }: Change): string {
  const piece = text.slice(at, at + Math.min(size, 40)) || '('
  return text.slice(0, at) + piece.repeat(Math.ceil((1 + (other % longest)) / piece.length)) + text.slice(at)
}

const change = (tokens: readonly string[]): fc.Arbitrary<Change> =>
  fc.record({
    kind: fc.nat(999),
    at: fc.nat(),
    size: fc.oneof({ weight: 4, arbitrary: fc.nat(8) }, fc.nat(2000)),
    other: fc.nat(),
    token: fc.constantFrom(...tokens),
  })

/**
 * A document to which a few things happened: pieces cut out, doubled, moved, put in from `tokens`, joined with another one;
 * now and then a piece is repeated thousands of times.
 */
export function mutatedText(documents: readonly string[], tokens: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...documents), fc.array(change([...tokens, '']), { maxLength: 6 }))
    .map(([document, changes]) => changes.reduce((text, each) => changed(text, each, documents), document))
}

function changed(text: string, { at, ...rest }: Change, documents: readonly string[]): string {
  const placed = { ...rest, at: at % (text.length + 1) }
  if (rest.kind >= 970) return amplified(text, placed).slice(0, longest + 10_000)
  return kinds[rest.kind % kinds.length]!(text, placed, documents)
}

/** Bytes in pieces that end where the numbers say, as a network cuts them. */
export function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b)
  return [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
}

/** Where a network may cut; sometimes behind every byte of the beginning. */
export const cuts: fc.Arbitrary<number[]> = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.nat(), { maxLength: 12 }) },
  fc.integer({ min: 1, max: 400 }).map((count) => Array.from({ length: count }, (_, at) => at)),
)
