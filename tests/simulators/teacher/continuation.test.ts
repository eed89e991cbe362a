import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Body, question, type Teacher, teacher } from './ask.ts'

const GO_ON = { continue_final_message: true, add_generation_prompt: false }

/** Asks for the rest of an answer whose first words are given. */
async function goOn(server: Teacher, model: string, prefix: string, extra = {}): Promise<Body> {
  const messages = [
    { role: 'user', content: question(3) },
    { role: 'assistant', content: prefix },
  ]
  const response = await server.post({ model, messages, ...GO_ON, ...extra })
  expect(response.status).toBe(200)
  return (await response.json()) as Body
}

test('wherever an answer is cut, going on from there gives the rest of it', async () => {
  await using server = await teacher({ spoil_scale: 0, dialect: 'inline', length_scale: 0.3 })
  const whole = (await server.ask('qwen3-8b', question(3))).choices[0]!.message.content!
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: '<think>\n'.length, max: whole.length - 1 }), async (at) => {
      // A cut inside the closing tag or the blank lines behind it is no place from which a server goes on in order.
      const inMark = at > whole.indexOf('\n</think>') && at < whole.indexOf('</think>\n\n') + 10
      fc.pre(!inMark)
      const rest = await goOn(server, 'qwen3-8b', whole.slice(0, at))
      expect(whole.slice(0, at) + (rest.choices[0]!.message.content ?? '')).toBe(whole)
    }),
    { numRuns: 40 },
  )
})

test('an empty think block in the opening words leaves the answer only', async () => {
  await using server = await teacher()
  const whole = (await server.ask('deepseek-r1', question(3))).choices[0]!.message
  const { message } = (await goOn(server, 'deepseek-r1', '<think>\n\n</think>\n\n')).choices[0]!
  expect(message.reasoning).toBeNull()
  expect(message.content).toBe(whole.content)
})

test('a reasoning that is closed early is followed by the answer', async () => {
  await using server = await teacher({ spoil_scale: 0, dialect: 'closing_tag_only' })
  const { content } = (await goOn(server, 'qwen3-8b', '<think>\nHalf a thought. Time is up.\n</think>\n\n'))
    .choices[0]!.message
  expect(content).not.toContain('think>')
  expect(content).toContain('\\boxed')
})

test('a loop goes on until the limit again', async () => {
  await using server = await teacher({ rates: { loop: 1 } })
  const extra = { max_tokens: 400 }
  const first = (await server.ask('deepseek-r1', question(3), extra)).choices[0]!
  expect(first.finish_reason).toBe('length')
  const again = await goOn(server, 'deepseek-r1', `<think>\n${first.message.reasoning}`, extra)
  expect(again.choices[0]!.finish_reason).toBe('length')
})

test.each([
  ['without add_generation_prompt: false', { continue_final_message: true }, 'assistant'],
  ['after a user message', GO_ON, 'user'],
])('going on %s is refused', async (_name, extra, role) => {
  await using server = await teacher()
  const messages = [{ role, content: 'It is' }]
  const response = await server.post({ model: 'qwen3-8b', messages, ...extra })
  expect(response.status).toBe(400)
  expect(await response.text()).toContain('continue_final_message')
})
