import { describe, expect, test } from 'vitest'
import type { Attempt } from '../../schemas/journal.ts'
import { billOf } from '../../teachers/cost/bill.ts'
import { billedTry } from '../../teachers/cost/billed-tokens.ts'

const ok: Attempt = { ms: 1, status: 200, error: '', completion_tokens: null }
const broken: Attempt = {
  ms: 1,
  status: 200,
  error: 'broken_stream',
  completion_tokens: 7,
  prompt_tokens: 30,
  estimated: true,
}
const message = { role: 'assistant', content: 'The answer is four.' }
const body = (usage: object | undefined) => ({
  choices: [{ index: 0, message, finish_reason: 'stop' }],
  ...(usage && { usage }),
})
const nothing = { prompt: 0, cached: 0, completion: 0 }

/** 36 tokens of o200k_harmony and 4 around the message. */
const request = { messages: [{ role: 'user' as const, content: 'four '.repeat(36).trim() }] }
const arm = { teacher: 'gpt-oss', tokenizer: '', mode: 'thinking' } as const

describe('a bill', () => {
  test('has the usage of the answer and what failed tries were billed for', () => {
    const usage = { prompt_tokens: 100, completion_tokens: 50, prompt_tokens_details: { cached_tokens: 64 } }
    expect(billOf([broken, { ...broken, completion_tokens: null }, ok], body(usage))).toEqual({
      prompt: 160,
      cached: 64,
      completion: 57,
      charged: { ...nothing, nano_usd: 0 },
      batch: nothing,
    })
  })

  test('tells what came through a batch apart, unless the server said what it charged', () => {
    const usage = { prompt_tokens: 100, completion_tokens: 50 }
    const batch = { batch: 'b' }
    expect(billOf([ok], body(usage), batch).batch).toEqual({ prompt: 100, cached: 0, completion: 50 })
    expect(billOf([ok], body({ ...usage, cost: 1 }), batch).batch).toEqual(nothing)
  })

  test('tells what the server charged apart, in billionths of a dollar', () => {
    const usage = { prompt_tokens: 100, completion_tokens: 50, cost: 0.000123456789 }
    expect(billOf([broken, ok], body(usage))).toMatchObject({
      prompt: 130,
      completion: 57,
      charged: { prompt: 100, cached: 0, completion: 50, nano_usd: 123_457 },
    })
    expect(billOf([ok], body({ ...usage, cost: 0 })).charged).toMatchObject({ completion: 50, nano_usd: 0 })
    expect(billOf([ok], body({ ...usage, cost: -1 })).charged).toMatchObject({ completion: 0, nano_usd: 0 })
  })

  test('of an outcome that nobody was asked for is empty', () => {
    expect(billOf([], body({ prompt_tokens: 100, completion_tokens: 50 }))).toMatchObject(nothing)
  })
})

describe('what the journal keeps of a try', () => {
  test('is nothing for an answer that states its usage, and a count where it does not', () => {
    const stated = body({ prompt_tokens: 1, completion_tokens: 2 })
    expect(billedTry(stated, request, { answered: true, arm })).toEqual({ completion_tokens: null })
    const counted = billedTry(body(undefined), request, { answered: true, arm })
    expect(counted).toEqual({ completion_tokens: 5, prompt_tokens: 40, estimated: true })
    expect(billOf([{ ...ok, ...counted }], body(undefined))).toMatchObject({ prompt: 40, completion: 5 })
  })

  test('is a count of the prompt for an answer that states its completion alone', () => {
    const half = body({ completion_tokens: 2 })
    const counted = billedTry(half, request, { answered: true, arm })
    expect(counted).toEqual({ completion_tokens: null, prompt_tokens: 40, estimated: true })
    expect(billOf([{ ...ok, ...counted }], half)).toMatchObject({ prompt: 40, completion: 2 })
  })

  test('is the usage of a broken answer where it came, else the text that came', () => {
    const stated = body({ prompt_tokens: 9, completion_tokens: 2 })
    expect(billedTry(stated, request, { answered: false, arm })).toEqual({
      completion_tokens: 2,
      prompt_tokens: 9,
    })
    const partial = { choices: [{ message: { content: null, reasoning: 'The answer is' } }] }
    expect(billedTry(partial, request, { answered: false, arm })).toEqual({
      completion_tokens: 3,
      prompt_tokens: 40,
      estimated: true,
    })
  })

  test('is unknown where nothing came', () => {
    expect(billedTry(undefined, request, { answered: false, arm })).toEqual({ completion_tokens: null })
  })
})
