import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { boundedPieces, cutLongRuns } from '../../teachers/cost/text-pieces.ts'

/** Texts with runs of one kind that may be very long, as looping models write them. */
const loopy = fc
  .array(
    fc.tuple(fc.constantFrom('a', 'é', '中', '!', ' ', '\n', '9', '😀', 'a\u0301', 'ab '), fc.nat(1200)),
    {
      maxLength: 6,
    },
  )
  .map((runs) => runs.map(([unit, times]) => unit.repeat(times)).join(''))

test('no run without a break is longer than 512 characters in any piece', () => {
  fc.assert(
    fc.property(loopy, (text) => {
      const pieces = [...cutLongRuns(text)]
      expect(pieces.join('')).toBe(text)
      for (const piece of pieces)
        expect(piece).not.toMatch(/[\p{L}\p{M}]{1024}|\s{1024}|[^\s\p{L}\p{M}\p{N}]{1024}/u)
    }),
    { numRuns: 40 },
  )
})

test('no piece is longer than asked for, nothing is lost, and no character is cut apart', () => {
  fc.assert(
    fc.property(
      loopy,
      fc.integer({ min: 2, max: 500 }).map((half) => 2 * half),
      (text, most) => {
        const pieces = [...boundedPieces(text, most, { space: 'kept', lineBreak: true })].map(
          (piece) => piece.text,
        )
        expect(pieces.join('')).toBe(text)
        for (const piece of pieces) {
          expect(piece.length).toBeLessThanOrEqual(most)
          expect(piece.isWellFormed()).toBe(true)
        }
      },
    ),
    { numRuns: 40 },
  )
})
