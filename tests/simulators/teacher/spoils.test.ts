import { describe, expect, test } from 'vitest'
import { SpoilRates } from '../../../simulators/teacher/spoils/spoil-options.ts'
import { renderings } from '../../../problems/builtin/renderings.ts'
import { type Body, ITEMS, type Teacher, question, teacher } from './ask.ts'

const THINKING = { model: 'deepseek-r1', mode: 'thinking' } as const
const PLAIN = { model: 'instruct', mode: 'non_thinking' } as const

const NO_RATES = Object.fromEntries(Object.keys(SpoilRates.shape).map((name) => [name, 0]))

async function spoiled(rates: Partial<SpoilRates>, dialect: 'vllm' | 'inline' = 'vllm'): Promise<Teacher> {
  return teacher({ dialect, rates: { ...NO_RATES, ...rates } })
}

function split(body: Body): { reasoning: string; content: string } {
  const { reasoning, content } = body.choices[0]!.message
  return { reasoning: reasoning ?? '', content: content ?? '' }
}

describe('spoiled answers are recorded as what they are', () => {
  test('wrong_answer: another value, reached by the reasoning, and known as wrong', async () => {
    await using server = await spoiled({ wrong_answer: 1 })
    for (const [index, item] of ITEMS.entries()) {
      const { content, reasoning } = split(await server.ask('deepseek-r1', question(index)))
      const { final_answer: shown, answer_is_correct, spoiled } = server.records.at(-1)!
      expect({ answer_is_correct, spoiled }).toEqual({ answer_is_correct: false, spoiled: ['wrong_answer'] })
      expect(item.wrong.flatMap(({ value }) => renderings(value))).toContain(shown)
      expect(content).toContain(`\\boxed{${shown}}`)
      const slip = item.wrong.find(({ value }) => renderings(value).includes(shown!))!.slip
      expect(reasoning.toLowerCase()).toContain(slip.toLowerCase())
    }
  })

  test('missing_box: the answer is there, the box is not', async () => {
    await using server = await spoiled({ missing_box: 1 })
    const { content } = split(await server.ask('qwen3-8b', question(2)))
    expect(content).not.toContain('boxed')
    expect(content).toContain(server.records[0]!.final_answer)
    expect(server.records[0]).toMatchObject({ spoiled: ['missing_box'], answer_is_correct: true })
  })

  test.each([THINKING, PLAIN])('loop: $model repeats itself until the limit', async ({ model }) => {
    await using server = await spoiled({ loop: 1 })
    const body = await server.ask(model, question(4), { max_tokens: 4000 })
    const { reasoning, content } = split(body)
    const text = reasoning + content
    expect(body.choices[0]!.finish_reason).toBe('length')
    expect(body.usage.completion_tokens).toBe(4000)
    expect(text.indexOf(text.slice(-400))).toBeLessThan(text.length - 1000)
    expect(server.records[0]).toMatchObject({
      spoiled: ['loop'],
      answer_is_correct: null,
      final_answer: null,
    })
  })

  test('overlong: the trace runs into the limit without repeating itself', async () => {
    await using server = await spoiled({ overlong: 1 })
    const body = await server.ask('deepseek-r1', question(23), { max_tokens: 20_000 })
    expect(body.choices[0]!.finish_reason).toBe('length')
    const { reasoning } = split(body)
    expect(reasoning.indexOf(reasoning.slice(-200))).toBe(reasoning.length - 200)
  })

  test.each([THINKING, PLAIN])('language_mix: a run of Chinese in the text of $model', async ({ model }) => {
    await using server = await spoiled({ language_mix: 1 })
    const { reasoning, content } = split(await server.ask(model, question(6)))
    expect(reasoning || content).toMatch(/\p{Script=Han}{5,}/u)
    expect(server.records[0]!.answer_is_correct).toBe(true)
  })

  test.each([THINKING, PLAIN])(
    'chinese_answer: all of it but the final answer, from $model',
    async ({ model }) => {
      await using server = await spoiled({ chinese_answer: 1 })
      const { reasoning, content } = split(await server.ask(model, question(6)))
      expect(`${reasoning}\n\n${content}`.split('\n\n').slice(0, -1).join('')).not.toMatch(/[a-z]{2}/i)
      expect(content).toContain(server.records[0]!.final_answer)
      expect(server.records[0]!.answer_is_correct).toBe(true)
    },
  )

  test('refusal and empty_content: no answer, said to be complete', async () => {
    for (const name of ['refusal', 'empty_content'] as const) {
      await using server = await spoiled({ [name]: 1 })
      const body = await server.ask('qwen3-8b', question(1))
      expect(body.choices[0]!.finish_reason).toBe('stop')
      expect(split(body).content).toMatch(name === 'refusal' ? /sorry|apologize|cannot|unable/i : /^$/)
      expect(server.records[0]).toMatchObject({
        spoiled: [name],
        final_answer: null,
        answer_is_correct: null,
      })
    }
  })

  test('unclosed_think: everything sits in the reasoning', async () => {
    await using server = await spoiled({ unclosed_think: 1 })
    const body = await server.ask('deepseek-r1', question(1))
    expect(body.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: null } })
    expect(split(body).reasoning).toContain('\\boxed{')
    await using inline = await spoiled({ unclosed_think: 1 }, 'inline')
    expect(split(await inline.ask('deepseek-r1', question(1))).content).toMatch(/^<think>(?!.*<\/think>)/s)
  })

  test.each([
    ['two_think_blocks', 'deepseek-r1', /^<think>.*<\/think>.*<think>.*<\/think>.*boxed/s],
    ['empty_think', 'deepseek-r1', /^<think>\n\n<\/think>\n\n[^<]*boxed/s],
    ['tags_in_answer', 'instruct', /<\/think>/],
  ] as const)('%s', async (name, model, shape) => {
    await using server = await spoiled({ [name]: 1 }, 'inline')
    expect(split(await server.ask(model, question(2))).content).toMatch(shape)
    expect(server.records[0]).toMatchObject({ spoiled: [name], answer_is_correct: true })
  })
})

async function wrongShares(
  models: readonly string[],
  simulator: Parameters<typeof teacher>[0],
): Promise<boolean[][]> {
  await using server = await teacher(simulator)
  const asked = Array.from({ length: 10 }, (_, seed) => ITEMS.map((_, index) => ({ seed, index }))).flat()
  // Awaited here: the server ends with this block.
  return await Promise.all(
    models.map(async (model) => {
      const ids = await Promise.all(
        asked.map(async ({ seed, index }) => (await server.ask(model, question(index), { seed })).id),
      )
      const byId = new Map(server.records.map((record) => [record.id, record]))
      return ids.map((id) => byId.get(id)!.spoiled.includes('wrong_answer'))
    }),
  )
}
const share = (flags: readonly boolean[]): number => flags.filter(Boolean).length / flags.length

describe('how often', () => {
  test('rates, overrides and difficulty', async () => {
    const [r1, plain] = await wrongShares(['deepseek-r1', 'instruct'], {
      length_scale: 0.1,
      rates: { ...NO_RATES, wrong_answer: 0.1 },
      overrides: [{ mode: 'non_thinking', rates: { wrong_answer: 0.3 } }],
    })
    expect(share(r1!)).toBeGreaterThan(0.04)
    expect(share(r1!)).toBeLessThan(0.18)
    expect(share(plain!)).toBeGreaterThan(1.8 * share(r1!))
    const of = (difficulty: string): number =>
      share(plain!.filter((_, index) => ITEMS[index % ITEMS.length]!.difficulty === difficulty))
    expect(of('hard')).toBeGreaterThan(of('medium'))
    expect(of('medium')).toBeGreaterThan(of('easy'))
  })

  test('errors of two modes go together more often than chance has it', async () => {
    const [one, other] = await wrongShares(['qwen3-8b', 'instruct'], {
      length_scale: 0.1,
      rates: { ...NO_RATES, wrong_answer: 0.2 },
    })
    const together = share(one!.map((wrong, index) => wrong && other![index]!))
    expect(together).toBeGreaterThan(1.15 * share(one!) * share(other!))
    expect(together).toBeLessThan(0.8 * Math.min(share(one!), share(other!)))
  })

  test('a rate for one model leaves the others alone', async () => {
    const overrides = [{ model: 'QWEN', rates: { refusal: 1 } }]
    await using server = await teacher({ rates: NO_RATES, overrides })
    await server.ask('qwen3-8b', question(0))
    await server.ask('deepseek-r1', question(0))
    expect(server.records.map((record) => record.spoiled)).toEqual([['refusal'], []])
  })

  test('unknown names and rates above one are refused', async () => {
    await expect(teacher({ rates: { typo: 1 } } as never)).rejects.toThrow('typo')
    await expect(teacher({ overrides: [{ rates: { typo: 1 } }] } as never)).rejects.toThrow('typo')
    await expect(teacher({ rates: { loop: 1.5 } })).rejects.toThrow('loop')
    await expect(teacher({ faults: { http_500: 0.6, http_503: 0.6 } })).rejects.toThrow('at most 1')
    await expect(teacher({ faults: { http_999: 0.6 } })).rejects.toThrow('http_999')
  })
})
