import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { readAnswer } from '../../teachers/reply/read-answer.ts'
import { trimText } from '../../teachers/reply/trim-text.ts'

type Render = (reasoning: string, answer: string) => Record<string, unknown>

/** Every way in which servers send a reasoning and an answer. */
const renderings: Record<string, Render> = {
  reasoning: (reasoning, content) => ({ reasoning, content }),
  reasoning_content: (reasoning, content) => ({ reasoning_content: reasoning, content: `\n\n${content}` }),
  'both fields': (reasoning, content) => ({ reasoning, reasoning_content: reasoning, content }),
  reasoning_details: (text, content) => ({ reasoning_details: [{ type: 'reasoning.text', text }], content }),
  thinking: (thinking, content) => ({ thinking, content }),
  'both tags': (reasoning, answer) => ({ content: `<think>\n${reasoning}\n</think>\n\n${answer}` }),
  'closing tag': (reasoning, answer) => ({ content: `${reasoning}\n</think>\n\n${answer}` }),
  'thought markers': (reasoning, answer) => ({
    content: `<|begin_of_thought|>\n\n${reasoning}\n\n<|end_of_thought|>\n\n<|begin_of_solution|>\n\n${answer}\n\n<|end_of_solution|>`,
  }),
  harmony: (reasoning, answer) => ({
    content: `<|channel|>analysis<|message|>${reasoning}<|end|><|start|>assistant<|channel|>final<|message|>${answer}<|return|>`,
  }),
}

const word = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
  .filter((text) => !/[<＜‹`"“'‘「«◁]/u.test(text))

/** What reasoning about reasoning, mathematics and code is made of. */
const mention = fc.constantFrom(
  'then I write `</think>` and answer',
  'the tag "</think>" ends it',
  'a `<think>…</think>` block',
  'it says `<think>` somewhere',
  'so \\boxed{42}, then \\boxed{\\frac{1}{2}}',
  'harmony has <|channel|> and <|end|> and <|message|>',
  'use <|start|>assistant for that',
  '```python\nprint("hi")\n\n    x = 1\n```',
  'begin_of_thought without bars',
  '<answer>7</answer>',
  'analysis and assistant final',
)
const separator = fc.constantFrom(' ', '\n', '\n\n', ', ')

const reasoningText = fc
  .array(fc.tuple(fc.oneof(word, mention), separator), { minLength: 1, maxLength: 8 })
  .map((parts) => trimText(`So ${parts.flat().join('')}.`))
const answerText = fc
  .array(fc.tuple(word, separator), { minLength: 1, maxLength: 6 })
  .map((parts) => trimText(`It is ${parts.flat().join('')}!`))

test.each(Object.entries(renderings))('what is rendered as %s is read back the same', (_name, render) => {
  fc.assert(
    fc.property(reasoningText, answerText, (reasoning, answer) => {
      const body = {
        choices: [{ message: { role: 'assistant', ...render(reasoning, answer) }, finish_reason: 'stop' }],
      }
      expect(readAnswer(body, { mode: 'thinking' })).toMatchObject({
        reasoning,
        answer,
        reasoning_state: 'reasoned',
        finish_state: 'complete',
      })
    }),
    { numRuns: 300 },
  )
})

test('a bare closing tag inside the reasoning never passes for a complete trace', () => {
  fc.assert(
    fc.property(reasoningText, reasoningText, answerText, fc.boolean(), (before, after, answer, opened) => {
      const content = `${opened ? '<think>' : ''}\n${before} </think> ${after}\n</think>\n\n${answer}`
      const body = { choices: [{ message: { content }, finish_reason: 'stop' }] }
      expect(readAnswer(body, { mode: 'thinking' }).finish_state).toBe('tag_damaged')
    }),
  )
})

test('no text of a message is lost, and reading never throws', () => {
  const marks = fc.constantFrom(
    '<think>',
    '</think>',
    '<|channel|>analysis<|message|>',
    '<|end|>',
    '<|start|>',
    '`',
    '"',
    '\n',
    'a',
    ' ',
    '&lt;/think&gt;',
    '<|begin_of_thought|>',
  )
  fc.assert(
    fc.property(
      fc.array(marks, { maxLength: 30 }),
      fc.constantFrom('stop', 'length', null),
      (parts, reason) => {
        const body = { choices: [{ message: { content: parts.join('') }, finish_reason: reason }] }
        const { reasoning, answer } = readAnswer(body, { mode: 'thinking' })
        const sent = letters(parts.filter((part) => part === 'a').join(''))
        expect(
          letters((reasoning + answer).replaceAll(/<\|channel\|>analysis<\|message\|>|<\|start\|>/gu, '')),
        ).toBe(sent)
      },
    ),
  )
})

function letters(text: string): number {
  return text.split('').filter((each) => each === 'a').length
}
