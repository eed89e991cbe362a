import { openMerge } from './merge.ts'
import { hashOf } from './piece-table.ts'
import { pieceEnd } from './split.ts'
import { loadVocabulary } from './vocabulary.ts'

/** Longer pieces are words of nobody and only fill the table up. */
const longestKept = 64

/** A piece of more bytes is counted in parts, so that memory is bounded: merging takes 36 bytes for each of its own. */
const longestPiece = 2 ** 18

/** Texts of up to so many UTF-16 units share one buffer. */
const sharedLength = 2 ** 18

/** The tokens of a text; `estimated` when a piece was counted in parts, each of which may add one token too many. */
export type TokenCount = { tokens: number; estimated: boolean }

/**
 * A counter of o200k tokens, equal to tiktoken's, that makes no string and keeps the count of every short piece that it has
 * seen, as far as the table holds them. Its time grows with the length of a text, whatever stands there.
 */
export function openTokenCounter(): (text: string) => TokenCount {
  const table = loadVocabulary()
  const merge = openMerge(table)
  const encoder = new TextEncoder()
  const shared = new Uint8Array(3 * sharedLength)

  function tokensOf(bytes: Uint8Array, start: number, end: number): number {
    if (end - start > longestKept) return merge(bytes, start, end)
    const hash = hashOf(bytes, start, end)
    const place = table.find(bytes, start, end, hash)
    if (place >= 0) return table.tokens(place)
    const tokens = merge(bytes, start, end)
    table.put(bytes, { start, end, hash, place: -1 - place }, { rank: -1, tokens })
    return tokens
  }

  return (text) => {
    let bytes = shared
    let length = 0
    // Both put U+FFFD in the place of lone surrogates, as tiktoken does.
    if (text.length <= sharedLength) length = encoder.encodeInto(text, shared).written
    else {
      bytes = encoder.encode(text)
      length = bytes.length
    }
    let tokens = 0
    let estimated = false
    for (let start = 0; start < length;) {
      const end = pieceEnd(bytes, start, length)
      estimated ||= end - start > longestPiece
      for (let from = start; from < end; from += longestPiece)
        tokens += tokensOf(bytes, from, Math.min(end, from + longestPiece))
      start = end
    }
    return { tokens, estimated }
  }
}
