import { describe, expect, test } from 'vitest'
import type { Mode } from '../../schemas/arm.ts'
import type { ReadingRules, ReasoningPlace } from '../../schemas/probe.ts'
import { whyQuarantined } from '../../teachers/reply/quarantine.ts'
import { readAnswer } from '../../teachers/reply/read-answer.ts'
import { completion } from './support/loopback.ts'

type Message = Record<string, unknown>

const tagged = '<think>\nr\n</think>\n\na'

function read(message: Message, mode: Mode, rules: ReadingRules | undefined, finish = 'stop') {
  const body = completion(message, finish)
  const answer = readAnswer(body, { mode, rules })
  return { ...answer, breach: rules && whyQuarantined(body, answer, rules) }
}

const inPlaces = (...reasoning_in: ReasoningPlace[]): ReadingRules => ({
  reasoning_in,
  answer_in_reasoning: false,
})

describe('what allows two readings is read by the rules', () => {
  test('a cut text without a mark is reasoning where only the closing tag marks it', () => {
    expect(read({ content: 'so far' }, 'thinking', inPlaces('closing_tag'), 'length')).toMatchObject({
      reasoning: 'so far',
      answer: '',
      finish_state: 'cut_in_think',
    })
  })

  test.each<ReasoningPlace>(['reasoning_content', 'think_tags', 'harmony'])(
    'it is the answer where reasoning comes in %s',
    (place) => {
      expect(read({ content: 'so far' }, 'thinking', inPlaces(place), 'length')).toMatchObject({
        reasoning: '',
        answer: 'so far',
        finish_state: 'cut_in_answer',
        breach: undefined,
      })
    },
  )

  test('without a rules, or with both places, the likelier reading counts', () => {
    for (const rules of [undefined, inPlaces('reasoning', 'closing_tag')])
      expect(read({ content: 'so far' }, 'thinking', rules, 'length').finish_state).toBe('cut_in_think')
  })

  test('a field of reasoning is the answer only where the probe saw answers there', () => {
    const message = { content: null, reasoning: 'a' }
    const slips = { reasoning_in: [], answer_in_reasoning: true }
    expect(read(message, 'non_thinking', slips)).toMatchObject({
      reasoning: '',
      answer: 'a',
      breach: undefined,
    })
    expect(read(message, 'non_thinking', undefined)).toMatchObject({ reasoning: '', answer: 'a' })
    expect(read(message, 'non_thinking', inPlaces())).toMatchObject({
      reasoning: 'a',
      answer: '',
      breach: 'quarantined_answer_in_reasoning',
    })
    expect(read(message, 'non_thinking', inPlaces('reasoning'), 'length').finish_state).toBe('cut_in_think')
  })

  test('of two filled fields the agreed one is read', () => {
    const message = { content: 'a', reasoning: 'other', reasoning_content: 'r' }
    expect(read(message, 'thinking', inPlaces('reasoning_content'))).toMatchObject({
      reasoning: 'r',
      reasoning_source: 'reasoning_content',
      breach: undefined,
    })
  })
})

test.each<[string, Message, ReasoningPlace]>([
  ['parser switched off', { content: tagged }, 'reasoning_content'],
  ['parser switched on', { content: 'a', reasoning_content: 'r' }, 'think_tags'],
  ['server upgraded', { content: 'a', reasoning: 'r' }, 'reasoning_content'],
  ['harmony parser switched off', { content: 'analysisR.assistantfinala' }, 'reasoning'],
  ['another field beside a damaged rest', { content: tagged, reasoning: 'other' }, 'think_tags'],
])('%s: the response is set aside', (_name, message, place) => {
  expect(read(message, 'thinking', inPlaces(place)).breach).toBe('quarantined_reasoning_place')
})

test.each<[string, Message, ReasoningPlace]>([
  ['no reasoning for once', { content: 'a' }, 'reasoning'],
  ['an empty block', { content: '<think>\n</think>\na' }, 'reasoning'],
  [
    'two fields with the same text',
    { content: 'a', reasoning: 'r', reasoning_content: 'r' },
    'reasoning_content',
  ],
  ['a field and tags with the same text', { content: tagged, reasoning: 'r' }, 'think_tags'],
  ['tags beside the agreed field', { content: tagged, reasoning: 'r' }, 'reasoning'],
  [
    'a list beside the agreed field',
    { content: 'a', reasoning: 'r', reasoning_details: [{ text: 'r' }] },
    'reasoning',
  ],
  ['both tags for one', { content: tagged }, 'closing_tag'],
  ['one tag for both', { content: 'r\n</think>\n\na' }, 'think_tags'],
  ['nothing at all', { content: null }, 'reasoning'],
])('harmless: %s', (_name, message, place) => {
  expect(read(message, 'thinking', inPlaces(place)).breach).toBeUndefined()
})

test.each<[string, Message, string | undefined]>([
  ['an answer', { content: 'a' }, undefined],
  ['an answer behind an empty block', { content: '<think>\n\n</think>\n\na' }, undefined],
  ['reasoning in a field', { content: 'a', reasoning: 'r' }, 'quarantined_reasoned_though_off'],
  ['reasoning in tags', { content: tagged }, 'quarantined_reasoned_though_off'],
  ['everything in the field', { content: '', reasoning_content: 'a' }, 'quarantined_answer_in_reasoning'],
])('thinking is off: %s', (_name, message, breach) => {
  expect(read(message, 'non_thinking', inPlaces()).breach).toBe(breach)
})

test('a field that was cut is reasoning though off, and no answer in the wrong place', () => {
  const message = { content: null, reasoning: 'r' }
  expect(read(message, 'non_thinking', inPlaces(), 'length').breach).toBe('quarantined_reasoned_though_off')
})
