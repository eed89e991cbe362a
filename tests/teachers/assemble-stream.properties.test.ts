import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { readAnswer } from '../../teachers/reply/read-answer.ts'
import { assembleStream } from '../../teachers/wire/assemble-stream.ts'

/*
 * What was paid for is in the journal: the body that a stream is merged into holds every text that came, whatever its
 * fields are called and made of.
 */

/** Members under which servers have been seen to send text, and some that nobody has. */
const member = fc.constantFrom(
  'content',
  'reasoning',
  'reasoning_content',
  'reasoning_details',
  'thinking',
  'thinking_blocks',
  'provider_specific_fields',
  'refusal',
  'audio',
  'something_new',
)
const innerMember = fc.constantFrom(
  'text',
  'thinking',
  'reasoning',
  'summary',
  'content',
  'data',
  'transcript',
)
const type = fc.constantFrom('text', 'thinking', 'reasoning.text', undefined)
const index = fc.constantFrom(0, 1, undefined)

/** A value with texts in it, each of which is a sign of its own once it is numbered. */
const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  text: fc.constant('#'),
  part: fc
    .record({ type, index, member: innerMember, inner: tie('value') })
    .map(({ type: kind, index: at, member: name, inner }) => {
      const stated = Object.entries({ type: kind, index: at }).filter(([, each]) => each !== undefined)
      return Object.fromEntries([...stated, [name, inner]])
    }),
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('text'),
    tie('part'),
    fc.array(tie('part'), { maxLength: 3 }),
    fc.constant(null),
    fc.constant(''),
  ),
})).value

const choice = fc
  .record({ name: member, value, index: fc.constantFrom(0, 0, 0, 1) })
  .map(({ name, value: sent, index: at }) => ({ index: at, delta: { [name]: sent }, finish_reason: '' }))
const chunk = fc.oneof(
  { weight: 9, arbitrary: fc.array(choice, { minLength: 1, maxLength: 2 }).map((choices) => ({ choices })) },
  { weight: 1, arbitrary: fc.constant({ type: 'content_block_delta', delta: { text: '#' } }) },
  { weight: 1, arbitrary: fc.constant({ choices: [{ text: '#' }] }) },
  { weight: 1, arbitrary: fc.constant({ choices: [{ message: { content: '#' } }] }) },
  { weight: 1, arbitrary: fc.constant({ choices: [], usage: { total_tokens: 3 } }) },
)

test('a body that was merged from a stream holds every text that came', () => {
  fc.assert(
    fc.property(fc.array(chunk, { minLength: 1, maxLength: 12 }), (chunks) => {
      let signs = 0
      const numbered = JSON.parse(
        JSON.stringify(chunks).replaceAll('"#"', () => `"⟦${signs++}⟧"`),
      ) as unknown[]
      const assembly = assembleStream()
      for (const each of numbered) assembly.add(each)
      const held = JSON.stringify(assembly.body() ?? {})
      for (let sign = 0; sign < signs; sign += 1) expect(held).toContain(`⟦${sign}⟧`)
    }),
    { numRuns: 1000 },
  )
})

test('texts of one field are one text, in the order in which they came', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 5 }), { minLength: 1 }), (texts) => {
      const plain = assembleStream()
      const typed = assembleStream()
      for (const text of texts) {
        plain.add({ choices: [{ delta: { content: text, reasoning: text } }] })
        typed.add({
          choices: [{ delta: { content: [{ type: 'thinking', thinking: [{ type: 'text', text }] }] } }],
        })
      }
      const whole = texts.join('')
      expect(plain.body()).toMatchObject({ choices: [{ message: { content: whole, reasoning: whole } }] })
      expect(typed.body()).toMatchObject({
        choices: [
          { message: { content: [{ type: 'thinking', thinking: [{ type: 'text', text: whole }] }] } },
        ],
      })
    }),
  )
})

test.each<[string, (text: string) => unknown]>([
  ['the text of an older interface', (text) => ({ choices: [{ index: 0, text }] })],
  ['a text beside an empty delta', (text) => ({ choices: [{ index: 0, delta: { content: null }, text }] })],
  ['a delta that is a list', (text) => ({ choices: [{ index: 0, delta: [{ type: 'text', text }] }] })],
  ['one choice that is no list', (text) => ({ choices: { index: 0, delta: { content: text } } })],
])('%s is read as it came', (_name, chunk) => {
  const assembly = assembleStream()
  for (const text of ['57 + 718', ' = 775.']) assembly.add(chunk(text))
  assembly.add({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })
  expect(readAnswer(assembly.body(), { mode: 'non_thinking' })).toMatchObject({
    answer: '57 + 718 = 775.',
    finish_state: 'complete',
  })
})
