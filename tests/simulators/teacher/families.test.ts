import { describe, expect, test } from 'vitest'
import { ReplyShapeName } from '../../../simulators/teacher/reply-shapes/reply-shape.ts'
import { renderings } from '../../../problems/builtin/renderings.ts'
import { ITEMS, eventsOf, question, teacher } from './ask.ts'

const OFF = { chat_template_kwargs: { enable_thinking: false } }

describe('which mode a model answers in', () => {
  test.each([
    ['deepseek-r1', {}, 'thinking'],
    ['deepseek-r1', OFF, 'thinking'],
    ['deepseek-ai/DeepSeek-R1-Distill-Qwen-7B', {}, 'thinking'],
    ['deepseek-chat', {}, 'non_thinking'],
    ['deepseek-v3.2', { chat_template_kwargs: { thinking: true } }, 'thinking'],
    ['deepseek-flash', { thinking: { type: 'enabled' } }, 'thinking'],
    ['openai/gpt-oss-120b', { reasoning_effort: 'none' }, 'thinking'],
    ['Qwen/Qwen3-8B', {}, 'thinking'],
    ['Qwen/Qwen3-8B', OFF, 'non_thinking'],
    ['Qwen/Qwen3-8B', { enable_thinking: false }, 'non_thinking'],
    ['Qwen/Qwen3-8B', { reasoning: { enabled: false } }, 'non_thinking'],
    ['Qwen/Qwen3-8B', { reasoning_effort: 'none' }, 'non_thinking'],
    ['Qwen3-30B-A3B-Instruct-2507', {}, 'non_thinking'],
    ['Qwen3-30B-A3B-Thinking-2507', OFF, 'thinking'],
    ['Qwen3.5-9B', OFF, 'non_thinking'],
    ['QwQ-32B', {}, 'thinking'],
    ['some-model', {}, 'non_thinking'],
  ])('%s with %j: %s', async (model, extra, mode) => {
    await using server = await teacher()
    const { message } = (await server.ask(model, question(0), extra)).choices[0]!
    expect(server.records[0]!.mode).toBe(mode)
    expect(message.reasoning === null).toBe(mode === 'non_thinking')
  })

  test.each([
    [`/no_think`, 'non_thinking'],
    [`/no_think then /think`, 'thinking'],
    [`/think then /no_think`, 'non_thinking'],
    [`a path/no_thinking`, 'thinking'],
  ])('Qwen3 follows the last soft switch of "%s"', async (switches, mode) => {
    await using server = await teacher({ spoil_scale: 0, dialect: 'inline' })
    const body = await server.ask('qwen3-32b', `${question(0)} ${switches}`)
    expect(server.records[0]!.mode).toBe(mode)
    const content = body.choices[0]!.message.content!
    expect(content.startsWith('<think>\n\n</think>\n\n')).toBe(mode === 'non_thinking')
  })

  test('soft switches say nothing to models without them', async () => {
    await using server = await teacher({ spoil_scale: 0, dialect: 'inline' })
    await server.ask('Qwen3.5-9B', `${question(0)} /no_think`)
    const off = await server.ask('qwen3-32b', `${question(0)} /think`, OFF)
    expect(server.records.map((record) => record.mode)).toEqual(['thinking', 'non_thinking'])
    expect(off.choices[0]!.message.content).not.toContain('think>')
  })
})

async function medianReasoning(model: string, extra: Record<string, unknown>): Promise<number> {
  await using server = await teacher()
  const bodies = await Promise.all(ITEMS.map((_, index) => server.ask(model, question(index), extra)))
  const lengths = bodies.map((body) => body.usage.completion_tokens_details.reasoning_tokens)
  return lengths.toSorted((left, right) => left - right)[lengths.length / 2]!
}

describe('length and effort', () => {
  test('gpt-oss reasons longer with more effort, in the field or in the system message', async () => {
    const efforts = ['low', 'medium', 'high']
    const [low, medium, high] = await Promise.all(
      efforts.map((effort) => medianReasoning('gpt-oss-20b', { reasoning_effort: effort })),
    )
    expect(medium! / low!).toBeGreaterThan(1.5)
    expect(high! / medium!).toBeGreaterThan(1.5)
    await using server = await teacher()
    const bySystem = await server.post({
      model: 'gpt-oss-20b',
      messages: [
        { role: 'system', content: 'Reasoning: high' },
        { role: 'user', content: question(2) },
      ],
    })
    const byDefault = await server.ask('gpt-oss-20b', question(2))
    const body = (await bySystem.json()) as typeof byDefault
    expect(body.usage.completion_tokens).toBeGreaterThan(byDefault.usage.completion_tokens)
  })

  test('DeepSeek-R1 writes several hundred to a few thousand tokens', async () => {
    const median = await medianReasoning('deepseek-r1', {})
    expect(median).toBeGreaterThan(500)
    expect(median).toBeLessThan(3000)
  })
})

describe('final answers', () => {
  test('a clean teacher boxes the right value in many renderings', async () => {
    await using server = await teacher()
    const models = ['deepseek-r1', 'gpt-oss-20b', 'qwen3-8b', 'instruct']
    let plain = 0
    for (const [index, item] of ITEMS.entries()) {
      const body = await server.ask(models[index % 4]!, question(index))
      const { final_answer: shown, answer_is_correct: correct } = server.records.at(-1)!
      expect(correct).toBe(true)
      expect(renderings(item.answer)).toContain(shown)
      expect(body.choices[0]!.message.content).toContain(`\\boxed{${shown}}`)
      if (shown === item.problem.answers[0]) plain++
    }
    expect(plain / ITEMS.length).toBeGreaterThan(0.3)
    expect(plain / ITEMS.length).toBeLessThan(0.95)
  })

  test('no box where none was asked for, though the problem speaks of a box', async () => {
    await using server = await teacher()
    for (const { problem } of ITEMS) {
      const body = await server.ask('instruct', problem.prompt)
      expect(body.choices[0]!.message.content).not.toContain('boxed')
      expect(body.choices[0]!.message.content).toContain(server.records.at(-1)!.final_answer)
    }
  })

  test('a letter in a JSON field where that was asked for', async () => {
    await using server = await teacher()
    const item = ITEMS.find(({ problem }) => problem.task === 'choice')!
    const ask = 'Show your choice in JSON, in the `answer` field with only the letter, e.g. "answer": "C".'
    const body = await server.ask('qwen3-8b', `${item.problem.prompt}\n${ask}`)
    expect(body.choices[0]!.message.content).toContain(`{"answer": "${item.problem.answers[0]}"}`)
  })
})

async function both(
  dialect: ReplyShapeName,
  model: string,
): Promise<{ whole: Record<string, unknown>; streamed: Record<string, string> }> {
  await using server = await teacher({ spoil_scale: 0, dialect })
  const body = await server.ask(model, question(3))
  const request = { model, messages: [{ role: 'user', content: question(3) }], stream: true }
  const events = eventsOf(await (await server.post(request)).text())
  const streamed: Record<string, string> = {}
  for (const event of events) {
    const [choice] = event['choices'] as { delta: Record<string, unknown> }[]
    for (const [field, text] of Object.entries(choice?.delta ?? {})) {
      if (field !== 'role' && typeof text === 'string') streamed[field] = (streamed[field] ?? '') + text
    }
  }
  return { whole: body.choices[0]!.message, streamed }
}

describe('dialects', () => {
  test.each([
    ['vllm', ['reasoning']],
    ['reasoning_content', ['reasoning_content']],
    ['both', ['reasoning', 'reasoning_content']],
    ['reasoning_details', ['reasoning']],
  ] as const)('%s fills %j and streams the same', async (dialect, fields) => {
    const { whole, streamed } = await both(dialect, 'deepseek-r1')
    const filled = Object.keys(whole).filter(
      (field) => field.startsWith('reasoning') && typeof whole[field] === 'string',
    )
    expect(filled).toEqual(fields)
    for (const field of [...fields, 'content']) expect(streamed[field]).toBe(whole[field])
    expect(whole['content']).not.toContain('think>')
    expect('reasoning_details' in whole).toBe(dialect === 'reasoning_details')
  })

  test('the dialects without fields carry the same text in the content', async () => {
    const { whole: reference } = await both('vllm', 'gpt-oss-20b')
    const { reasoning, content } = reference as { reasoning: string; content: string }
    const expected = {
      inline: `<think>\n${reasoning}\n</think>\n\n${content}`,
      closing_tag_only: `${reasoning}\n</think>\n\n${content}`,
      harmony_raw: `<|channel|>analysis<|message|>${reasoning}<|end|><|start|>assistant<|channel|>final<|message|>${content}<|return|>`,
    }
    for (const [dialect, text] of Object.entries(expected)) {
      const { whole, streamed } = await both(ReplyShapeName.parse(dialect), 'gpt-oss-20b')
      expect(whole).toEqual({ role: 'assistant', content: text })
      expect(streamed).toEqual({ content: text })
    }
  })

  test.each([
    ['inline', /^<think>\n(?!.*<\/think>)/s],
    ['closing_tag_only', /^(?!.*<\/?think>)/s],
    ['harmony_raw', /^<\|channel\|>analysis<\|message\|>(?!.*final)/s],
  ] as const)('%s leaves a cut reasoning open', async (dialect, shape) => {
    await using server = await teacher({ spoil_scale: 0, dialect })
    const body = await server.ask('deepseek-r1', question(23), { max_tokens: 60 })
    expect(body.choices[0]!.message.content).toMatch(shape)
  })
})
