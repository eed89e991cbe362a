import * as fc from 'fast-check'
import { expect } from 'vitest'
import { readAnswer } from '../../teachers/reply/read-answer.ts'
import { fuzz } from './support/fuzz.ts'
import { mutatedText } from './support/mutate-text.ts'

/*
 * Think tags, thought markers and harmony in every state of damage: every text is read, none of it is invented or lost, and a
 * text without any mark stays what it is.
 */

const documents: readonly string[] = [
  '<think>\nTwo and five.\n</think>\n\nIt is 7.',
  'Two and five.\n</think>\n\nIt is 7.',
  '<think>one</think><think>two</think>It is 7.',
  '<|begin_of_thought|>\n\nTwo.\n\n<|end_of_thought|>\n\n<|begin_of_solution|>\n\n7\n\n<|end_of_solution|>',
  '<|channel|>analysis<|message|>Two.<|end|><|start|>assistant<|channel|>final<|message|>It is 7.<|return|>',
  'analysisTwo and five.assistantfinalIt is 7.',
  '<|channel>thought\nTwo.<channel|>It is 7.',
  '[THINK]Two.[/THINK]It is 7.',
  '◁think▷Two.◁/think▷It is 7.',
  '<seed:think>Two.</seed:think>It is 7.',
  '<thought>Two.</thought>\n<answer>7</answer>',
  'Use `</think>` to end "<think>" blocks.\n```\n<think>x</think>\n```\nIt is \\boxed{7}.',
  '### Reasoning\nTwo.\n\n### Answer\n7',
  'It is 7.',
]

const tokens: readonly string[] = [
  '<think>',
  '</think>',
  '</think',
  '<think',
  '</THINK>',
  '< /think >',
  '&lt;/think&gt;',
  '<|end|>',
  '<|start|>',
  '<|channel|>',
  '<|channel|>final<|message|>',
  '<|message|>',
  '<|im_end|>',
  '<｜end▁of▁sentence｜>',
  '<answer>',
  '</answer>',
  '`',
  '```\n',
  '"',
  '\n\n',
  '\r\n',
  ' ',
  '<',
  '|>',
  '[THINK]',
  '\ud800',
  '\u0000',
  '\u200b',
  '**',
  '\\boxed{8}',
]

type Case = { content: string; field: string; reason: string; mode: 'thinking' | 'non_thinking' }

fuzz<Case>('marks', {
  cases: fc.record({
    content: mutatedText(documents, tokens),
    field: fc.oneof({ weight: 3, arbitrary: fc.constant('') }, mutatedText(documents, tokens)),
    reason: fc.constantFrom('stop', 'length', ''),
    mode: fc.constantFrom('thinking', 'non_thinking'),
  }),
  runs: 3000,
  check: ({ content, field, reason, mode }) => {
    const message = { content, ...(field !== '' && { reasoning_content: field }) }
    const body = { choices: [{ message, finish_reason: reason }] }
    const { reasoning, answer, removed_marks, finish_state } = readAnswer(body, { mode })
    const sent = wordsOf(`${content}\n${field}`)
    const read = wordsOf(`${reasoning}\n${answer}`)
    // What was read was sent; and each word of a sentence that was sent is read, or stands in a mark that was taken off.
    for (const word of read) if (!sent.has(word)) expect([...sent]).toContain(word)
    // A broken tag may have taken a line with it: such an answer is never used.
    if (finish_state === 'tag_damaged') return
    const taken = wordsOf(removed_marks.join('\n'))
    for (const word of ['Two', 'five', '7', 'boxed'])
      if (sent.has(word) && !taken.has(word)) expect([...read]).toContain(word)
  },
})

/** The words of a text; those that stand in a row without a blank between are joined differently by marks that go. */
function wordsOf(text: string): Set<string> {
  return new Set(text.toWellFormed().match(/Two|five|boxed|\d+/gu))
}

/** A text without marks is the answer, be it as long as it may. */
fuzz<string>('unmarked', {
  cases: mutatedText(
    [
      'It is 7, as 2 + 5 = 7.\n\nSo the answer is $\\boxed{7}$.',
      '| a | b |\n|---|---|\n| 1 | 2 |',
      'print(1)\n',
    ],
    ['\n', '  ', '*', '#', '$', '{', '}', '(', ')', '\\', '1', ',', '-', '.', 'ä', '\u3000'],
  ),
  runs: 2000,
  check: (content) => {
    const body = { choices: [{ message: { content }, finish_reason: 'stop' }] }
    const { reasoning, answer, removed_marks } = readAnswer(body, { mode: 'non_thinking' })
    expect(reasoning).toBe('')
    if (removed_marks.length === 0) expect(squeezed(answer)).toBe(squeezed(content))
  },
})

function squeezed(text: string): string {
  return text.toWellFormed().replaceAll(/\s+/gu, '')
}
