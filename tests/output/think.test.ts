import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseThinking, renderThinking } from '../../output/exports/think.ts'

/** Texts that are made of the pieces which could be mistaken for the block's own. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '<think>',
        '</think>',
        '<',
        '\\',
        '/',
        'think>',
        '\n',
        '\n\n',
        '<\\think>',
        '<\\\\/think>',
      ),
      fc.string({ unit: 'binary', maxLength: 5 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''))

describe('a rendered thinking block', () => {
  test('parses back to the same reasoning and answer, whatever they mention', () => {
    fc.assert(
      fc.property(fc.option(text), text, (reasoning, answer) => {
        expect(parseThinking(renderThinking(reasoning, answer))).toEqual({ reasoning, answer })
      }),
      { numRuns: 2000 },
    )
  })

  test('is taken apart the same way by readers that split at the first and at the last closing tag', () => {
    fc.assert(
      fc.property(text, text, (reasoning, answer) => {
        const message = renderThinking(reasoning, answer)
        expect(message.split('<think>')).toHaveLength(2)
        expect(message.split('</think>')).toHaveLength(2)
      }),
      { numRuns: 2000 },
    )
  })

  test('leaves texts without tags as they are', () => {
    expect(renderThinking('a < b\\c', 'so 1')).toBe('<think>\na < b\\c\n</think>\n\nso 1')
    expect(renderThinking('', 'x')).toBe('<think>\n\n</think>\n\nx')
    expect(renderThinking(null, 'x')).toBe('x')
  })

  test('writes a mentioned tag with a backslash', () => {
    expect(renderThinking('I close with </think> now', '<think>')).toBe(
      '<think>\nI close with <\\/think> now\n</think>\n\n<\\think>',
    )
  })

  test.each([
    '<think>\nnever closed',
    '<think>\nin one</think>answer',
    'no opening</think>\n\nanswer',
    '<think>a\n</think>\n\nb',
  ])('refuses a message of another form: %j', (message) => {
    expect(() => parseThinking(message)).toThrow(SyntaxError)
  })
})
