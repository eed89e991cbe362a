import { readFile } from 'node:fs/promises'
import * as fc from 'fast-check'
import { countTokens as referenceCount } from 'gpt-tokenizer/encoding/o200k_harmony'
import { expect, test } from 'vitest'
import { countTokens } from '../../teachers/cost/tokens.ts'

/** Characters at which the pattern of the vocabulary branches: cases, marks, digits, white space, contractions. */
const hard = [
  ...Array.from("aAbZsStTrRvVeElLmMdD'’ .,!?/\n\r\t019(){}\\$_中文ªʰǅéÉß😀१Ⅷ½אعไก็한かაᲐſ"),
  ...Array.from('\u0301\u0345\u00a0\u3000\u2028\u200b\u200d\ue000\u{1d7d8}'),
  '👍🏽',
  "'s",
  "'LL",
  "'re",
]

/** U+FEFF and U+0085, which the other implementation takes for what JavaScript calls white space, have tests below. */
test('counts are those of another implementation, whatever the characters', () => {
  const text = fc.oneof(
    fc.string({ unit: fc.constantFrom(...hard), maxLength: 40 }),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
  )
  fc.assert(
    fc.property(text, (given) => {
      const expected = referenceCount(given, { disallowedSpecial: new Set() })
      expect({ given, tokens: countTokens(given).tokens }).toEqual({ given, tokens: expected })
    }),
    { numRuns: 3000 },
  )
})

test('a text that was counted before has the same count again', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...hard), { maxLength: 200 }), (characters) => {
      const text = characters.join('')
      expect(countTokens(text)).toEqual(countTokens(text))
    }),
  )
})

test.each(['README.md', 'CHANGELOG.md', 'verifiers/math/parse/primary.ts', 'package-lock.json'])(
  'counts of %s are those of another implementation',
  async (path) => {
    const text = await readFile(new URL(`../../${path}`, import.meta.url), 'utf8')
    expect(countTokens(text).tokens).toBe(referenceCount(text, { disallowedSpecial: new Set() }))
  },
)

/** Counts of tiktoken 0.14.0 for Python, with the pattern and ranks of o200k_base. */
test.each([
  ['\ufeffHello world', 3],
  ['\ufeff\ufeff', 1],
  ['a\u0085b', 4],
  ['\u0085\u0085x', 5],
  ['it\u0027\u017f', 3],
  ["I'LL we'Ve don't 'Sx", 10],
  ['中ABC', 2],
  ['中ABCd', 3],
  ['\u0301ABC', 2],
  ["x\u0301'RE", 4],
  ['  \n\n  a', 3],
  ['a  b\r\n\r\n', 4],
  ['!!!\n/\n', 2],
  ['1234567', 3],
  ['\u01c5ungla \u02b0ABC', 8],
  ['  \u3000 中', 3],
  ["'s's'", 3],
  ['/**/\r\n//', 3],
  ['ⅧⅧⅧⅧ', 8],
])('the count of %j is that of tiktoken', (text, tokens) => {
  expect(countTokens(text).tokens).toBe(tokens)
})
