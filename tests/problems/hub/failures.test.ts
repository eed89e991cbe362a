import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { RunError, UsageError } from '../../../schemas/errors.ts'
import { jsonLines, madeProblems, problemsParquet, pushDataset } from '../../support/hub-dataset.ts'
import { type Hub } from '../../../simulators/hub/start.ts'
import { column, localHub, opened, rowsOf } from './opened.ts'

const repo = 'demo-org/sums'
const train = 'data/train-00000-of-00001.parquet'
const rows = madeProblems(300)

async function sums(): Promise<Hub> {
  const hub = await localHub()
  await pushDataset(hub, repo, { [train]: await problemsParquet(rows, 100) })
  return hub
}

/** What a person reads, with the Hub's address taken out. */
async function refused(
  hub: Hub,
  reference: Parameters<typeof opened>[1],
  options: Parameters<typeof opened>[2] = {},
): Promise<Error> {
  const error: unknown = await opened(hub, reference, options)
    .then((dataset) => rowsOf(dataset))
    .catch((error: unknown) => error)
  if (!(error instanceof Error)) throw new Error('it was not refused')
  error.message = error.message.replaceAll(hub.url, 'HUB').replaceAll(new URL(hub.url).host, 'HOST')
  expect(error.message).not.toContain('hf_')
  expect(error.message).not.toContain('\n')
  return error
}

test.each<[string, Parameters<typeof opened>[1], string]>([
  [
    'repository',
    { repo: 'demo-org/sumz' },
    'there is no dataset demo-org/sumz on HUB, or it is private; set HF_TOKEN for private datasets; check the name in problems.hub',
  ],
  [
    'configuration',
    { repo, config: 'defaults' },
    'the dataset demo-org/sums has no configuration "defaults"; did you mean "default"? problems.config may be default',
  ],
  [
    'split',
    { repo, split: 'trian' },
    'the dataset demo-org/sums has no split "trian"; did you mean "train"? problems.split may be train',
  ],
  [
    'revision',
    { repo, revision: 'mian' },
    'the dataset demo-org/sums has no branch, tag or commit "mian"; did you mean "main"? problems.revision may be main',
  ],
])('an unknown %s is named, with those that there are', async (_name, reference, message) => {
  const error = await refused(await sums(), reference)
  expect(error).toBeInstanceOf(UsageError)
  expect(error.message).toBe(message)
})

test('an unknown column is named, with those that there are', async () => {
  const dataset = await opened(await sums(), { repo })
  await expect(rowsOf(dataset, ['problem', 'answr'])).rejects.toThrow(
    'the dataset demo-org/sums has no column "answr"; did you mean "answer"?; it has id, problem, answer, solution, notes',
  )
})

test('a configuration has to be named where none is the default', async () => {
  const hub = await localHub()
  const configs = ['main', 'socratic'].map((name) => `- {config_name: ${name}, data_files: ${name}.jsonl}`)
  await pushDataset(hub, repo, {
    'README.md': `---\nconfigs:\n${configs.join('\n')}\n---\n`,
    'main.jsonl': jsonLines([{ problem: 'a' }]),
    'socratic.jsonl': jsonLines([{ problem: 'b' }]),
  })
  expect((await refused(hub, { repo })).message).toBe(
    'the dataset demo-org/sums has several configurations and none is the default; problems.config may be main, socratic',
  )
  expect(await column(await opened(hub, { repo, config: 'socratic' }), 'problem')).toEqual(['b'])
})

test.each<[Record<string, string>, string]>([
  [
    { 'data/train.arrow': 'ARROW1' },
    'the dataset demo-org/sums holds .arrow files, and the Hub has no Parquet copy of it; Parquet, JSONL or CSV is wanted: convert it with `datasets` (to_parquet) and give the files in problems.files',
  ],
  [
    { 'sums.py': '' },
    'the dataset demo-org/sums is made by a loading script, which is not run here, and the Hub has no Parquet copy of it; Parquet, JSONL or CSV is wanted: convert it with `datasets` (to_parquet) and give the files in problems.files',
  ],
])('files that cannot be read are refused with a way on: %j', async (files, message) => {
  const hub = await localHub()
  await pushDataset(hub, repo, files)
  expect((await refused(hub, { repo })).message).toBe(message)
})

test('a private dataset is read with a token, which the store never sees', async () => {
  const hub = await localHub()
  await pushDataset(hub, repo, { [train]: await problemsParquet(rows) }, { isPrivate: true })
  expect((await refused(hub, { repo })).message).toMatch(
    /^there is no dataset demo-org\/sums on HUB, or it is private; set HF_TOKEN/,
  )
  const seen = hub.log.length

  expect(await column(await opened(hub, { repo }, { token: hub.token }), 'id')).toHaveLength(300)

  const asked = hub.log.slice(seen)
  const carried = (origin: string): boolean[] =>
    asked.filter((entry) => entry.origin === origin).map((entry) => entry.authorization)
  expect(new Set(carried('hub'))).toEqual(new Set([true]))
  expect(new Set(carried('objects'))).toEqual(new Set([false]))
})

test('a wrong token and one without rights are told apart', async () => {
  const stranger = { token: `hf_${'s'.repeat(34)}`, user: 'stranger', role: 'read' as const }
  const owner = { token: `hf_${'o'.repeat(34)}`, user: 'owner', role: 'write' as const, anyNamespace: true }
  const hub = await localHub({ tokens: [owner, stranger] })
  await pushDataset(hub, repo, { [train]: await problemsParquet(rows) }, { isPrivate: true })
  expect((await refused(hub, { repo }, { token: 'hf_wrong' })).message).toBe(
    'HUB does not accept the token in HF_TOKEN; set a valid one, or unset it for public datasets',
  )
  expect((await refused(hub, { repo }, { token: stranger.token })).message).toBe(
    'there is no dataset demo-org/sums on HUB, or it is private and the token in HF_TOKEN may not read it; check the name in problems.hub',
  )
  hub.repo(repo)!.private = false
  hub.repo(repo)!.gated = 'manual'
  expect((await refused(hub, { repo })).message).toBe(
    'the dataset demo-org/sums is gated: accept the terms on HUB/datasets/demo-org/sums, then set HF_TOKEN',
  )
  expect((await refused(hub, { repo }, { token: stranger.token })).message).toBe(
    'the dataset demo-org/sums is gated: accept the terms on HUB/datasets/demo-org/sums, then set HF_TOKEN to a token of the account that accepted them',
  )
})

test('a renamed dataset is followed, and its new name told', async () => {
  const hub = await sums()
  await fetch(`${hub.url}/api/repos/move`, {
    method: 'POST',
    headers: { authorization: `Bearer ${hub.token}` },
    body: JSON.stringify({ fromRepo: repo, toRepo: 'demo-org/additions', type: 'dataset' }),
  })
  const dataset = await opened(hub, { repo })
  expect(await column(dataset, 'id')).toHaveLength(300)
  expect(dataset.notes).toEqual([
    'the dataset demo-org/sums is now called demo-org/additions; put that name into new recipes',
  ])
})

test.each([
  ['rate-limit', 'resolve', 7],
  ['retry-after', 'tree', 7],
  ['rate-limit-bare', 'get-object', 0.5],
  ['http-500', 'revision', 0.5],
  ['http-503', 'get-object', 0.5],
  ['reset', 'resolve', 0.5],
  ['reset', 'get-object', 0.5],
  ['cut-body', 'get-object', 0.5],
  ['cut-body', 'tree', 0.5],
  ['expired-url', 'get-object', 0.5],
] as const)('%s on %s is survived', async (name, on, seconds) => {
  const hub = await sums()
  hub.fault({ name, on, seconds: 7, after: on === 'get-object' ? 1 : 0 })
  const dataset = await opened(hub, { repo })
  expect(await column(dataset, 'notes')).toEqual(rows.map(({ notes }) => notes))
  expect(dataset.waits).toEqual(name === 'expired-url' ? [] : [seconds * 1000])
})

test('under many faults at once, the rows come as they are', async () => {
  const hub = await sums()
  const passing = ['rate-limit', 'http-502', 'http-504', 'reset', 'lost-reply', 'cut-body', 'redirect-away']
  for (const [seed, name] of passing.entries())
    hub.fault({ name, on: ['revision', 'tree', 'resolve', 'get-object'], rate: 0.15, seed })
  const dataset = await opened(hub, { repo }, { tries: 40 })
  expect(await column(dataset, 'notes')).toEqual(rows.map(({ notes }) => notes))
  expect(new Set(hub.log.flatMap(({ faults }) => faults)).size).toBeGreaterThan(2)
})

test.each([
  [
    { name: 'http-500', on: 'revision', times: 99 },
    'HOST answered a request for demo-org/sums with 500 (Internal Error - We are working hard to fix this); run the same command again later: what was loaded is kept',
    7,
  ],
  [
    { name: 'rate-limit', on: 'revision', times: 99, seconds: 100_000 },
    'HOST refuses further requests for now (429); run the same command again in some minutes: what was loaded is kept, and with HF_TOKEN set more requests are allowed',
    7,
  ],
  [
    { name: 'reset', on: 'tree', times: 99 },
    /^HOST cannot be reached \((?:UND_ERR_SOCKET|ECONNRESET)\); check the network and HF_ENDPOINT, then run the same command again: what was loaded is kept$/,
    7,
  ],
] as const)('what does not pass ends in one line: %j', async (fault, message, tries) => {
  const hub = await sums()
  hub.fault(fault)
  const waits: number[] = []
  const error = await refused(hub, { repo }, { wait: async (milliseconds) => waits.push(milliseconds) })
  expect(error).toBeInstanceOf(RunError)
  expect(error.message).toMatch(message)
  expect(waits).toHaveLength(tries - 1)
  expect(Math.max(...waits)).toBeLessThanOrEqual(330_000)
})

test('a Hub that fails is not waited for as long as its rate limit has to run', async () => {
  const server = createServer(
    (_request, response) => void response.writeHead(500, { ratelimit: '"api";r=480;t=280' }).end(),
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const waits: number[] = []
  const wait = async (milliseconds: number): Promise<unknown> => waits.push(milliseconds)
  await expect(opened({ url: `http://127.0.0.1:${port}` }, { repo }, { wait })).rejects.toThrow('with 500')
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000])
})

test('a redirect to what is no address ends in one line', async () => {
  const server = createServer(
    (_request, response) => void response.writeHead(302, { location: 'data:,{}' }).end(),
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  await expect(opened({ url: `http://127.0.0.1:${port}` }, { repo })).rejects.toThrow(
    `127.0.0.1:${port} does not answer for demo-org/sums as a Hub does (a redirect to what is no address)`,
  )
})

test('a Hub that is not there is not waited for as for one that is busy', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  const waits: number[] = []
  await expect(
    opened(
      { url: `http://127.0.0.1:${port}` },
      { repo },
      { wait: async (milliseconds) => waits.push(milliseconds) },
    ),
  ).rejects.toThrow(
    `127.0.0.1:${port} cannot be reached (ECONNREFUSED); check the network and HF_ENDPOINT, then run the same command again`,
  )
  expect(waits).toEqual([500, 1000])
})

test('a server that is no Hub is recognised', async () => {
  const server = createServer((_request, response) => response.end('<html>')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  await expect(opened({ url: `http://127.0.0.1:${port}/` }, { repo })).rejects.toThrow(
    'the server does not answer as the Hub does; set HF_ENDPOINT to the address of a Hub, or unset it',
  )
})

test.each([
  [
    { HF_ENDPOINT: 'localhost' },
    'HF_ENDPOINT must be the address of a Hub, such as https://huggingface.co; correct or unset it',
  ],
  [
    { HF_ENDPOINT: 'http://:secret@localhost' },
    'HF_ENDPOINT must be the address of a Hub, such as https://huggingface.co; correct or unset it',
  ],
  [{ HF_TOKEN: 'hf_a b' }, 'HF_TOKEN holds characters that no token has; correct or unset it'],
])('what cannot be right in the environment is said: %j', async (environment, message) => {
  await expect(opened({ url: '' }, { repo }, { environment })).rejects.toThrow(message)
})
