import { describe, expect, test } from 'vitest'
import { faults } from '../../../simulators/teacher/faults/registry.ts'
import { FaultName } from '../../../simulators/teacher/options.ts'
import { type Body, eventsOf, question, teacher } from './ask.ts'

const BODY = { model: 'deepseek-r1', messages: [{ role: 'user', content: question(2) }] }

async function play(
  name: FaultName,
  stream = false,
): Promise<{ status: number; headers: Headers; text: string; error: unknown }> {
  await using server = await teacher({
    spoil_scale: 0,
    first_attempts: [name],
    slow_headers_ms: 1,
    retry_after_s: 3,
  })
  try {
    const response = await server.post({ ...BODY, stream })
    const { status, headers } = response
    const decoder = new TextDecoder()
    let text = ''
    let error: unknown = null
    try {
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        text += decoder.decode(chunk, { stream: true })
      }
    } catch (thrown) {
      error = thrown
    }
    return { status, headers, text, error }
  } finally {
    expect(server.records[0]).toMatchObject({ fault: name, attempt: 1 })
  }
}

async function playedBody(name: FaultName): Promise<Body> {
  return JSON.parse((await play(name)).text) as Body
}

describe('faults that answer in place of the teacher', () => {
  test.each(
    faults
      .filter((fault) => fault.respond !== undefined && fault.status > 0)
      .map((fault) => [fault.name, fault.status]),
  )('%s has status %i', async (name, status) => {
    const played = await play(name)
    expect(played.status).toBe(status)
    expect(played.text).not.toContain('boxed')
  })

  test('429 says when to come back, in every way there is', async () => {
    expect((await play('http_429')).headers.get('retry-after')).toBe('3')
    expect((await play('http_429_long')).headers.get('retry-after')).toBe('240')
    expect(Date.parse((await play('http_429_date')).headers.get('retry-after')!)).not.toBeNaN()
    expect((await play('http_429_bare')).headers.get('retry-after')).toBeNull()
    expect((await play('insufficient_quota')).text).toContain('"code":"insufficient_quota"')
  })

  test.each(FaultName.options.filter((name) => name.startsWith('context_')))(
    '%s is known by its words',
    async (name) => {
      expect((await play(name)).text).toMatch(/maximum context length|context size|context length/)
    },
  )

  test('a 200 may be an error, a web page, nothing or half an object', async () => {
    expect(JSON.parse((await play('error_in_200')).text)).toHaveProperty('error')
    expect((await play('html_in_200')).text).toContain('<!doctype html>')
    expect((await play('empty_body')).text).toBe('')
    const { text } = await play('cut_json')
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError)
    expect(JSON.parse((await play('no_choices')).text)).toMatchObject({ choices: [] })
  })
})

describe('faults of the wire', () => {
  test.each(['connection_reset', 'reset_in_character'] as const)(
    '%s breaks a body and a stream',
    async (name) => {
      for (const stream of [false, true]) {
        const { error, text } = await play(name, stream)
        expect(error).toBeInstanceOf(Error)
        expect(text.length).toBeGreaterThan(100)
        expect(text).not.toContain('[DONE]')
      }
    },
  )

  test('clean_end: part of the text, no finish chunk and no error', async () => {
    const { error, text } = await play('clean_end', true)
    expect(error).toBeNull()
    expect(eventsOf(text).length).toBeGreaterThan(3)
    expect(text).not.toContain('"finish_reason":"stop"')
    expect(text).not.toContain('[DONE]')
  })

  test('error_event: part of the text, then an error object', async () => {
    const { text } = await play('error_event', true)
    expect(eventsOf(text).at(-1)).toHaveProperty('error')
    expect(eventsOf(text).length).toBeGreaterThan(3)
  })

  test('no_response: the connection closes', async () => {
    await expect(play('no_response')).rejects.toThrow('fetch failed')
  })

  test('keep_alive sends as many signs of life as it is told, one at a time', async () => {
    await using server = await teacher({
      spoil_scale: 0,
      first_attempts: ['keep_alive', 'keep_alive'],
      keep_alive_count: 3,
      keep_alive_ms: 1,
    })
    expect(await (await server.post(BODY)).text()).toMatch(/^\n{3}\{/)
    expect(await (await server.post({ ...BODY, stream: true })).text()).toMatch(
      /^(: keep-alive\n\n){3}data: /,
    )
  })

  test('stall never gets to the answer', async () => {
    await using server = await teacher({ spoil_scale: 0, first_attempts: ['stall', 'stall'] })
    for (const stream of [false, true]) {
      const response = await server.post({ ...BODY, stream })
      const reader = response.body!.getReader() as ReadableStreamDefaultReader<Uint8Array>
      let seen = ''
      while (seen.split('\n').length < 7) seen += Buffer.from((await reader.read()).value!).toString()
      expect(seen).toMatch(stream ? /^(: keep-alive\n\n)+$/ : /^\n+$/)
      await reader.cancel()
    }
  })

  test('keep_alive and slow_headers still bring the whole answer', async () => {
    const { text } = await play('keep_alive')
    expect(text.startsWith('\n\n\n')).toBe(true)
    expect(JSON.parse(text)).toHaveProperty('choices')
    expect((await play('keep_alive', true)).text).toMatch(/^: keep-alive\n\n[^]*\[DONE\]/)
    expect((await play('slow_headers')).text).toContain('boxed')
  })
})

describe('faults of what the answer says', () => {
  test('usage, model, finish reason and content', async () => {
    expect(await playedBody('usage_missing')).not.toHaveProperty('usage')
    expect((await playedBody('usage_top_level')).usage).toHaveProperty('reasoning_tokens')
    expect((await playedBody('prompt_cut')).usage.prompt_tokens).toBe(4)
    expect((await playedBody('wrong_model')).model).toBe('another-model')
    expect((await playedBody('null_content')).choices[0]!.message).toEqual({
      role: 'assistant',
      content: null,
    })
    const { choices } = await playedBody('content_filter')
    expect(choices[0]!.finish_reason).toBe('content_filter')
    expect(choices[0]!.message.content).not.toContain('}.')
    expect((await playedBody('insufficient_system_resource')).choices[0]!.finish_reason).toBe(
      'insufficient_system_resource',
    )
  })
})

/** The reasonings of three samples of one request. */
async function texts(faults: Record<string, number>): Promise<Set<string>> {
  await using server = await teacher({ spoil_scale: 0, faults })
  const all = [1, 2, 3].map(async (seed) => (await server.ask('deepseek-r1', question(2), { seed })).choices)
  return new Set((await Promise.all(all)).map((choices) => choices[0]!.message.reasoning!))
}

test('seed_ignored: samples with different seeds are copies of each other', async () => {
  expect((await texts({})).size).toBe(3)
  expect((await texts({ seed_ignored: 1 })).size).toBe(1)
})

describe('when a fault comes', () => {
  test('every attempt is a draw of its own, the same on every server', async () => {
    const simulator = { spoil_scale: 0, faults: { http_500: 0.3, http_429: 0.2 } }
    async function statuses(): Promise<number[]> {
      await using server = await teacher(simulator)
      for (let attempt = 0; attempt < 60; attempt++) await (await server.post(BODY)).text()
      expect(server.records.map((record) => record.attempt)).toEqual(
        Array.from({ length: 60 }, (_, index) => index + 1),
      )
      return server.records.map((record) => record.status)
    }
    const first = await statuses()
    expect(await statuses()).toEqual(first)
    expect(new Set(first)).toEqual(new Set([200, 429, 500]))
  })

  test('a retry after a fault gets the answer that would have come', async () => {
    await using calm = await teacher()
    await using rough = await teacher({ spoil_scale: 0, first_attempts: ['http_500', null, 'http_503'] })
    const expected = await (await calm.post(BODY)).text()
    const statuses: number[] = []
    const texts: string[] = []
    for (let attempt = 0; attempt < 4; attempt++) {
      const response = await rough.post(BODY)
      statuses.push(response.status)
      texts.push(await response.text())
    }
    expect(statuses).toEqual([500, 200, 503, 200])
    expect([texts[1], texts[3]]).toEqual([expected, expected])
  })

  test('every fault has a name of its own', () => {
    expect(new Set(FaultName.options).size).toBe(faults.length)
  })
})
