import { describe, expect, test } from 'vitest'
import { phrase } from '../../../simulators/teacher/prose/phrase.ts'
import { randomFrom } from '../../../problems/builtin/random.ts'
import { countTokens, firstTokens, tokenPieces } from '../../../simulators/teacher/tokens.ts'
import * as fc from 'fast-check'
import { ITEMS, question, teacher } from './ask.ts'

describe('clean traces', () => {
  test.each(['deepseek-r1', 'qwen3-32b', 'gpt-oss-120b'])('%s does not repeat itself', async (model) => {
    await using server = await teacher()
    for (const index of ITEMS.keys()) {
      const body = await server.ask(model, question(index), { reasoning_effort: 'high', seed: index })
      const text = body.choices[0]!.message.reasoning!
      const words = text.split(/\s+/)
      const grams = words.slice(19).map((_, at) => words.slice(at, at + 20).join(' '))
      const repeated = grams.length - new Set(grams).size
      expect(repeated / Math.max(1, grams.length)).toBeLessThan(0.05)
      const paragraphs = text.split('\n\n').filter((paragraph) => paragraph.length > 60)
      expect(new Set(paragraphs).size).toBeGreaterThan(paragraphs.length * 0.97)
    }
  })

  test('two traces of one problem are told in different words', async () => {
    await using server = await teacher()
    const texts = await Promise.all(
      Array.from({ length: 12 }, async (_, seed) => {
        const body = await server.ask('deepseek-r1', question(2), { seed })
        return body.choices[0]!.message.reasoning!
      }),
    )
    expect(new Set(texts.map((text) => text.slice(0, 60))).size).toBeGreaterThan(8)
  })
})

describe('phrases', () => {
  test('choose alternatives, nested too, and fill slots', () => {
    const spoken = phrase('{a|b{c|d}|} [x]{!|}')
    const heard = new Set(Array.from({ length: 300 }, (_, index) => spoken(randomFrom(index), { x: 'y' })))
    expect(heard).toEqual(new Set(['a y', 'bc y', 'bd y', ' y', 'a y!', 'bc y!', 'bd y!', ' y!']))
  })
})

describe('tokens', () => {
  test('pieces join to the text, a cut is a prefix of at most so many tokens', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 300 }),
        fc.integer({ min: 1, max: 40 }),
        (text, tokens) => {
          expect([...tokenPieces(text, tokens)].join('')).toBe(text)
          const cut = firstTokens(text, tokens)
          expect(text.startsWith(cut)).toBe(true)
          expect(countTokens(cut)).toBeLessThanOrEqual(tokens)
          expect(cut.isWellFormed()).toBe(text.isWellFormed() || cut.isWellFormed())
        },
      ),
    )
  })
})
