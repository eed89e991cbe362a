import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { askJournalled } from '../../pipeline/engine/ask-journalled.ts'
import type { JournalLine, Outcome, WrittenLine } from '../../schemas/journal.ts'
import { StoppedError } from '../../schemas/errors.ts'
import { knownOutcomes } from '../../store/journal/known-outcomes.ts'
import { readJournal } from '../../store/journal/reader.ts'
import { openJournal } from '../../store/journal/writer.ts'
import { billOf } from '../../teachers/cost/bill.ts'
import { Endpoint } from '../../teachers/endpoint-options.ts'
import { openEndpoint } from '../../teachers/endpoint/endpoint.ts'
import { scriptedEndpoint, type ScriptedReply } from '../support/scripted-endpoint.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const asked = (key: string) => ({
  key,
  problem_id: 'p',
  arm: 'a',
  sample_index: 0,
  endpoint: 'e',
  model: 'm',
})

const failed = (key: string, retryable: boolean): WrittenLine => ({
  type: 'failed',
  ...asked(key),
  at: 1,
  attempts: [],
  code: 'http_400',
  message: '',
  retryable,
})
const answered = (key: string, body: string): WrittenLine => ({
  type: 'answered',
  ...asked(key),
  at: 1,
  attempts: [],
  body,
})

async function linesIn(folder: string): Promise<JournalLine[]> {
  const lines: JournalLine[] = []
  for await (const { line } of readJournal(folder)) lines.push(line)
  return lines
}

/** A journal on disk and an endpoint over HTTP; `ask` sends a request whose text is its key. */
async function bench(folder: string, reply: (key: string) => ScriptedReply | Promise<ScriptedReply>) {
  const server = await scriptedEndpoint(({ message }) => reply(message))
  const client = openEndpoint(
    'e',
    Endpoint.parse({ base_url: server.baseUrl, retries: 1, max_in_flight: 4 }),
    {
      sleep: async () => undefined,
    },
  )
  const journal = openJournal(join(folder, 'attempt'), billOf)
  const abandon = new AbortController()
  return {
    server,
    client,
    abandon,
    ask: (key: string): Promise<Outcome> =>
      askJournalled(
        { now: () => 7, stop: { abandon: abandon.signal } },
        journal,
        asked(key),
        async (watched) =>
          client.ask({ model: 'm', messages: [{ role: 'user', content: key }] }, { seed: 1, ...watched }),
      ),
    async [Symbol.asyncDispose]() {
      await client.close()
      await journal.close()
      await server[Symbol.asyncDispose]()
    },
  }
}

test('the intent is on disk when the server has the request, and the outcome when the caller has it', async () => {
  await using folder = await temporaryFolder()
  let atServer: JournalLine[] = []
  await using open = await bench(folder.path, async () => {
    atServer = await linesIn(folder.path)
    return 'four'
  })
  const outcome = await open.ask('k')
  const intent = { type: 'intent', ...asked('k'), at: 7 }
  expect(atServer).toEqual([intent])
  expect(await linesIn(folder.path)).toEqual([intent, outcome])
  expect(outcome).toMatchObject({ type: 'answered', ...asked('k'), attempts: [{ status: 200, error: '' }] })
})

test('what the server did to a request that ends the run is on disk as refused, and is asked again', async () => {
  await using folder = await temporaryFolder()
  await using open = await bench(folder.path, () => ({ status: 401 }))
  await expect(open.ask('k')).rejects.toThrow(/401/)
  const refused = { type: 'failed', code: 'refused', retryable: true, attempts: [{ status: 401 }] }
  expect(await linesIn(folder.path)).toMatchObject([{ type: 'intent' }, refused])
  expect(await knownOutcomes(folder.path, (outcome) => outcome)).toEqual(new Map())
})

test('a request that never leaves is in no journal', async () => {
  await using folder = await temporaryFolder()
  await using open = await bench(folder.path, () => 'four')
  open.client.stop(new StoppedError('stopped by a signal'))
  await expect(open.ask('k')).rejects.toThrow('stopped by a signal')
  expect(open.server.requests).toEqual([])
  expect(await linesIn(folder.path)).toEqual([])
})

test('a request that is given up in flight keeps its intent and has no outcome', async () => {
  await using folder = await temporaryFolder()
  await using open = await bench(folder.path, () => {
    open.abandon.abort(new StoppedError('stopped by a second signal'))
    return new Promise<string>((resolve) => setTimeout(resolve, 50, 'late'))
  })
  await expect(open.ask('k')).rejects.toThrow('stopped by a second signal')
  expect(await linesIn(folder.path)).toMatchObject([{ type: 'intent', key: 'k' }])
})

test('whatever the server does, every request it saw has an intent before it and each caller what is on disk', async () => {
  const statuses = fc.constantFrom(200, 400, 401, 404, 429, 500, 503)
  await fc.assert(
    fc.asyncProperty(fc.array(statuses, { minLength: 1, maxLength: 8 }), async (script) => {
      await using folder = await temporaryFolder()
      await using open = await bench(folder.path, (key) => {
        const status = script[Number(key)]!
        return status === 200 ? 'four' : { status }
      })
      const given = await Promise.allSettled(script.map((_status, index) => open.ask(String(index))))
      const lines = await linesIn(folder.path)
      const intents = lines.filter(({ type }) => type === 'intent').map(({ key }) => key)
      const outcomes = lines.filter(({ type }) => type !== 'intent')
      expect(new Set(intents)).toEqual(new Set(open.server.requests.map(({ message }) => message)))
      expect(intents.toSorted()).toEqual(outcomes.map(({ key }) => key).toSorted())
      for (const [index, result] of given.entries()) {
        const own = outcomes.find(({ key }) => key === String(index))
        if (result.status === 'fulfilled') expect(own).toEqual(result.value)
        else if (own) expect(own).toMatchObject({ code: 'refused', retryable: true })
      }
    }),
    { numRuns: 40 },
  )
})

test('of what a journal knows an answer counts, then a failure of the request itself, never one of the server', async () => {
  await using folder = await temporaryFolder()
  const journal = openJournal(join(folder.path, 'attempt'), billOf)
  for (const line of [
    { type: 'intent', ...asked('intended'), at: 1 } as const,
    answered('answered', 'first'),
    failed('answered', false),
    answered('answered', 'last'),
    failed('answered', false),
    failed('of the server', true),
    failed('of the request', false),
  ])
    await journal.append(line)
  await journal.close()
  const known = await knownOutcomes(folder.path, (outcome) =>
    outcome.type === 'answered' ? outcome.body : outcome.code,
  )
  expect(Object.fromEntries(known)).toEqual({ answered: 'last', 'of the request': 'http_400' })
})
