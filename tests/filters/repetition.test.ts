import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { repetition } from '../../filters/sample/repetition.ts'
import { loopAtEnd } from '../../filters/text/period.ts'
import { differentNGrams, frequent, greatestCount, mayOccur, openNGrams } from '../../filters/text/n-grams.ts'
import { splitWords } from '../../filters/text/words.ts'
import { hardText } from './hard-text.ts'
import { makeSample, reasonsOf } from './sample.ts'

const inReasoning = (reasoning: string) => reasonsOf('repetition', {}, { trace: { reasoning } })

/** Sentences as a worked solution has them: the same frame again and again with other numbers. */
const workings = (sentences: number, seed = 7): string =>
  Array.from({ length: sentences }, (_, index) => {
    const value = (seed * (index + 3) ** 2) % 9973
    return `Step ${index + 1}: multiply ${value} by ${index + 2} to get ${value * (index + 2)}, and carry ${value % 10}.`
  }).join('\n')

describe('repetition', () => {
  test('keeps long worked solutions, tables and zero matrices', () => {
    expect(inReasoning(workings(60))).toEqual([])
    expect(inReasoning(`| a | b |\n${'| --- | --- |\n'.repeat(60)}${workings(20)}`)).toEqual([])
    expect(inReasoning(`${workings(20)}\n${'0 & 0 & 0 & 0 & 0 & 0 \\\\\n'.repeat(6)}`)).toEqual([])
    expect(inReasoning(`${workings(2)}\n${'-'.repeat(2000)}`)).toEqual([])
  })

  test('finds a sentence that occurs again and again in between other text', () => {
    const sentence =
      'Wait, let me check this once more from the start, because I may have made a mistake in the sum of all of the numbers.'
    const filler = workings(21).split('\n')
    const times = (count: number) =>
      filler
        .slice(0, count)
        .map((line) => `${line} ${sentence}`)
        .join('\n')
    expect(inReasoning(times(21))).toEqual(['repeated_ngram'])
    expect(inReasoning(times(20))).toEqual([])
  })

  test('finds a few words that occur again and again, but not the cells of a table', () => {
    const short = 'No, that is wrong. '.repeat(15)
    const long = 'No, that is wrong. '.repeat(25)
    expect(inReasoning(`${workings(5)} ${short} ${workings(5)}`)).toEqual([])
    expect(inReasoning(`${workings(5)} ${long} ${workings(5)}`)).toEqual(['repeated_ngram'])
    expect(inReasoning(`${workings(5)} ${'| True '.repeat(100)} ${workings(5)}`)).toEqual([])
  })

  test('finds a long text of few different word triples', () => {
    const words = Array.from(
      { length: 900 },
      (_, index) => ['yes', 'no', 'maybe'][(index * index + index ** 3) % 3],
    )
    expect(inReasoning(words.join(' '))).toContain('low_unique_ngrams')
    expect(inReasoning(words.slice(0, 500).join(' '))).not.toContain('low_unique_ngrams')
  })

  test('finds a text that ends in a loop, in either part', () => {
    const loop = 'So the answer is 12. But wait, is it 12? Let me recompute that. '.repeat(8)
    expect(inReasoning(workings(10) + loop)).toEqual(['tail_loop'])
    expect(inReasoning(`${workings(10)}${loop}So the ans`)).toEqual(['tail_loop'])
    expect(reasonsOf('repetition', {}, { trace: { answer: loop } })).toEqual(['tail_loop'])
    expect(inReasoning(`1/3 = 0.${'3'.repeat(5000)}`)).toEqual(['tail_loop'])
    expect(inReasoning(`${workings(200)}${loop}`)).toEqual(['tail_loop'])
  })

  test('takes a loop that was left for no tail loop', () => {
    const loop = 'So the answer is 12. But wait, is it 12? Let me recompute that. '.repeat(8)
    expect(inReasoning(`${loop}${workings(10)}`)).toEqual([])
    expect(inReasoning(`${workings(10)}${loop}${workings(1)}`)).toEqual([])
  })

  test('takes three repeats, a ruled line and a grid for no tail loop', () => {
    expect(inReasoning(`${workings(5)}${`${workings(2)}\n`.repeat(3)}`)).toEqual([])
    expect(reasonsOf('repetition', {}, { trace: { answer: `Sum\n${'='.repeat(9000)}` } })).toEqual([])
    expect(
      reasonsOf(
        'repetition',
        {},
        { trace: { answer: `[${'[0, 0, 0, 0, 0, 0, 0, 0, 0, 0], '.repeat(20)}]` } },
      ),
    ).toEqual([])
  })

  test('counts the characters of scripts without spaces as words', () => {
    expect(inReasoning('让我们重新计算一下这个问题的答案是否正确。'.repeat(60))).toContain('repeated_ngram')
  })

  test('takes its thresholds from the options', () => {
    const trace = { reasoning: 'one two three four. '.repeat(4) }
    expect(reasonsOf('repetition', {}, { trace })).toEqual([])
    expect(reasonsOf('repetition', { ngram_words: 4, ngram_repeats: 3 }, { trace })).toEqual([
      'repeated_ngram',
    ])
    expect(reasonsOf('repetition', { share_words: 10, repeated_share: 0.5 }, { trace })).toEqual([
      'low_unique_ngrams',
    ])
    expect(reasonsOf('repetition', { tail_characters: 60, tail_repeats: 3 }, { trace })).toEqual([
      'tail_loop',
    ])
  })

  test.each([
    ['one letter', 'a'.repeat(2 ** 20), ['tail_loop']],
    ['one word', 'word '.repeat(200_000), ['repeated_ngram', 'low_unique_ngrams', 'tail_loop']],
    ['one pair of letters, broken once', `${'ab'.repeat(2 ** 18)}c${'ab'.repeat(2 ** 18)}`, ['tail_loop']],
    ['no repeats', Array.from({ length: 130_000 }, (_, index) => index.toString(36)).join(' '), []],
    ['spaces', ' '.repeat(2 ** 20), []],
  ])('reads a megabyte of %s', (_, reasoning, reasons) => {
    expect(inReasoning(reasoning)).toEqual(reasons)
  })
})

test('words are those that a pattern finds, and equal words have one number', () => {
  const unspaced = ['Han', 'Hiragana', 'Katakana', 'Thai', 'Lao', 'Khmer', 'Myanmar']
    .map((script) => String.raw`\p{Script=${script}}`)
    .join('')
  const pattern = new RegExp(String.raw`[${unspaced}]|[^\s${unspaced}]+`, 'gu')
  fc.assert(
    fc.property(hardText, (text) => {
      const wanted = text.match(pattern) ?? []
      const different = [...new Set(wanted)]
      const { ids, word } = splitWords(text)
      expect([...ids]).toEqual(wanted.map((each) => different.indexOf(each)))
      expect(Array.from(ids, word)).toEqual([...wanted])
    }),
    { numRuns: 1000 },
  )
})

const pairs = (text: string) => frequent(openNGrams(splitWords(text).ids)(2), 2, 1)

describe('counting n-grams', () => {
  const words = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 60 })

  test('gives equal numbers to equal n-grams and to no others', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 22 }), (list, n) => {
        const split = splitWords(list.join(' ')).ids
        const ids = openNGrams(split)(n)
        const texts = Array.from({ length: Math.max(0, list.length - n + 1) }, (_, at) =>
          list.slice(at, at + n).join(' '),
        )
        expect(ids.length).toBe(texts.length)
        expect(differentNGrams(split, n)).toBe(new Set(texts).size)
        const most = Math.max(0, ...texts.map((text) => texts.filter((other) => other === text).length))
        if (most > 1) expect(mayOccur(split, n, most - 1)).toBe(true)
        for (const [i, left] of texts.entries()) {
          for (const [j, right] of texts.entries()) expect(ids[i] === ids[j]).toBe(left === right)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('tells how often the most frequent one occurs, as counting them by their words does', () => {
    const words = fc.array(fc.constantFrom(0, 1, 2), { maxLength: 60 })
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 8 }), (ids, n) => {
        const counts = new Map<string, number>()
        for (let at = 0; at + n <= ids.length; at++) {
          const gram = ids.slice(at, at + n).join(' ')
          counts.set(gram, (counts.get(gram) ?? 0) + 1)
        }
        expect(greatestCount(Uint32Array.from(ids), n)).toBe(Math.max(0, ...counts.values()))
      }),
    )
  })

  test('are certainly not there often where a rough count says so, which it does of usual texts', () => {
    expect(mayOccur(splitWords(workings(300)).ids, 20, 20)).toBe(false)
    expect(mayOccur(splitWords('a b c d '.repeat(30)).ids, 20, 20)).toBe(true)
  })

  test('counts occurrences, and those that do not overlap', () => {
    expect(pairs('a a a a a')).toMatchObject([{ times: 4, apart: 2, first: 0 }])
    expect(pairs('x a b a b a b')).toMatchObject([
      { times: 3, apart: 3, first: 1 },
      { times: 2, apart: 2, first: 2 },
    ])
    expect(pairs('a b c')).toEqual([])
  })
})

const measured = (reasoning: string) => repetition.measure!(makeSample({ trace: { reasoning } }))

test('how long a loop is, and which share of word triples is repeated, is measured', () => {
  expect(measured('Nine words that stand here once are no loop.')).toEqual({
    greatest_20gram_count: null,
    repeated_triples: 0,
    tail_loop: 0,
  })
  expect(measured(`Begin. ${'ab cd ef gh '.repeat(50)}`)['tail_loop']).toBe('ab cd ef gh '.length * 50)
  const twenty = Array.from({ length: 20 }, (_, index) => `word${index}`).join(' ')
  expect(measured(twenty)['greatest_20gram_count']).toBe(1)
  expect(measured(`${twenty} then ${twenty} and ${twenty}`)['greatest_20gram_count']).toBe(3)
  expect(measured('one two three one two three')['repeated_triples']).toBe(0.25)
  expect(repetition.measure!(makeSample({ trace: { reasoning: 'a b', answer: '' } }))).toEqual({
    greatest_20gram_count: null,
    repeated_triples: null,
    tail_loop: 0,
  })
})

test('a loop is found exactly where the end of a text repeats itself', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 30 })
  const bounds = fc.record({
    characters: fc.integer({ min: 1, max: 12 }),
    period: fc.integer({ min: 1, max: 5 }),
    repeats: fc.integer({ min: 2, max: 4 }),
  })
  fc.assert(
    fc.property(text, bounds, (whole, { characters, period, repeats }) => {
      const passages = Array.from({ length: Math.min(period, whole.length) }, (_, index) =>
        whole.slice(-index - 1),
      )
      const loops = passages.filter((passage) => {
        const length = Math.max(characters, passage.length * repeats)
        const end = whole.slice(-length)
        return end.length === length && passage.repeat(length).endsWith(end)
      })
      const found = loopAtEnd(whole, { characters, period, repeats })
      expect(found === undefined ? [] : [found]).toEqual(loops.slice(0, 1))
    }),
    { numRuns: 500 },
  )
})
