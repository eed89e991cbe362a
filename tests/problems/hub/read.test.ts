import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { jsonLines, madeProblems, problemsParquet, pushDataset, sent } from '../../support/hub-dataset.ts'
import { column, localHub, opened, rowsOf, scratchFolder } from './opened.ts'

const repo = 'demo-org/sums'
const train = 'data/train-00000-of-00001.parquet'

/** As a store that does not know ranges sees the requests. */
const withoutRange: typeof fetch = (url, init) => {
  const headers = new Headers(init?.headers)
  headers.delete('range')
  return fetch(url, { ...init, headers })
}

async function shard(index: number): Promise<[string, Uint8Array]> {
  return [`data/train-0000${index}-of-00003.parquet`, await problemsParquet(madeProblems(4, 4 * index))]
}

test('only the footer and the wanted columns of a Parquet file travel', async () => {
  const hub = await localHub()
  const file = await problemsParquet(madeProblems(2000))
  await pushDataset(hub, repo, { [train]: file })
  const dataset = await opened(hub, { repo })

  const rows = await rowsOf(dataset, ['id', 'problem', 'answer'])

  expect(rows).toHaveLength(2000)
  expect(rows[1999]).toEqual({
    row: { id: 'p1999', problem: 'What is 1999 plus 1999?', answer: '3998' },
    position: `${repo} ${train} row 2000`,
    file: repo,
    number: 2000,
  })
  const loaded = sent(hub, 'get-object')
  expect(file.length).toBeGreaterThan(4_000_000)
  expect(loaded.bytes).toBeLessThan(file.length / 20)
  expect(dataset.bytesRead()).toBeGreaterThanOrEqual(loaded.bytes)
})

test('a limit loads no more row groups than hold it', async () => {
  const hub = await localHub()
  await pushDataset(hub, repo, { [train]: await problemsParquet(madeProblems(1200), 100) })
  const all = await opened(hub, { repo })
  const groups = await rowsOf(all, ['notes'])
  const whole = sent(hub, 'get-object')
  const few = await opened(hub, { repo })

  const rows = await rowsOf(few, ['notes'], 90)

  expect(groups).toHaveLength(1200)
  expect(rows).toHaveLength(90)
  expect(rows).toEqual(groups.slice(0, 90))
  const { requests, bytes } = sent(hub, 'get-object')
  expect(requests - whole.requests).toBe(2)
  expect(bytes - whole.bytes).toBeLessThan(whole.bytes / 8)
})

test('a small file is loaded once: its columns are in the bytes that held its footer', async () => {
  const hub = await localHub()
  const file = await problemsParquet(madeProblems(5))
  await pushDataset(hub, repo, { [train]: file })
  const dataset = await opened(hub, { repo })

  expect(await dataset.columns()).toEqual(['id', 'problem', 'answer', 'solution', 'notes'])
  expect(await column(dataset, 'answer')).toEqual(['0', '2', '4', '6', '8'])
  expect(sent(hub, 'get-object')).toEqual({ requests: 1, bytes: file.length })
})

test('a large column comes in blocks, a few at a time, and a broken one is the only one that comes again', async () => {
  const hub = await localHub()
  const made = madeProblems(8000)
  const file = await problemsParquet(made, 8000)
  await pushDataset(hub, repo, { [train]: file })
  hub.fault({ name: 'cut-body', on: 'get-object', after: 2 })
  const dataset = await opened(hub, { repo })

  const rows = await rowsOf(dataset, ['notes'])

  const block = 8 * 1024 * 1024
  expect(file.length).toBeGreaterThan(2 * block)
  expect(rows.map((row) => 'row' in row && row.row['notes'])).toEqual(made.map(({ notes }) => notes))
  expect(hub.peak('get-object')).toBeGreaterThan(1)
  expect(hub.peak('get-object')).toBeLessThanOrEqual(4)
  expect(sent(hub, 'get-object').bytes).toBeLessThan(file.length + block)
  expect(dataset.waits).toHaveLength(1)
})

test('shards are read in the order of their names, and a limit goes across them', async () => {
  const hub = await localHub()
  await pushDataset(hub, repo, Object.fromEntries(await Promise.all([2, 0, 1].map(shard))))
  const dataset = await opened(hub, { repo })
  const ids = (await rowsOf(dataset, ['id'], 6)).map((row) => 'row' in row && row.row['id'])
  expect(ids).toEqual(['p0', 'p1', 'p2', 'p3', 'p4', 'p5'])
  expect(sent(hub, 'get-object').requests).toBe(2)
})

test.each([
  ['train.jsonl', (text: string) => text],
  ['train.jsonl.gz', (text: string) => gzipSync(text)],
  ['train.jsonl.zst', (text: string) => zstdCompressSync(text)],
  ['data/train.json', (text: string) => text],
])('without Parquet, %s is read whole', async (name, packed) => {
  const hub = await localHub()
  const rows = [{ problem: 'a', answer: 1 }, 7, { problem: 'c', answer: 3, more: true }]
  await pushDataset(hub, repo, { [name]: packed(jsonLines(rows as object[])) })
  const dataset = await opened(hub, { repo })
  expect(await rowsOf(dataset, ['problem'])).toMatchObject([
    { row: { problem: 'a' }, position: `${repo} ${name}:1` },
    { reason: 'bad_row', position: `${repo} ${name}:2` },
    { row: { problem: 'c' }, position: `${repo} ${name}:3` },
  ])
})

test('tables of text are read whole', async () => {
  const hub = await localHub()
  await pushDataset(hub, repo, { 'train.tsv': 'problem\tanswer\n1, 2\t3\n' })
  expect(await column(await opened(hub, { repo }), 'problem')).toEqual(['1, 2'])
})

test('an array of JSON is read element by element', async () => {
  const hub = await localHub()
  await pushDataset(hub, repo, { 'train.json': '[\n{"problem": "a"},{"problem": "b"}\n]' })
  expect(await column(await opened(hub, { repo }), 'problem')).toEqual(['a', 'b'])
})

test('where a store ignores ranges, that is said and the file is loaded whole, once', async () => {
  const hub = await localHub()
  const file = await problemsParquet(madeProblems(100))
  await pushDataset(hub, repo, { [train]: file })
  const dataset = await opened(hub, { repo }, { fetch: withoutRange })
  expect(await rowsOf(dataset, ['answer'])).toHaveLength(100)
  expect(dataset.notes).toEqual([
    `the server ignores Range, so single columns cannot be read; ${train} is loaded whole (1 MB)`,
  ])
  expect(sent(hub, 'get-object').requests).toBe(2)
})

test('what was loaded is not loaded again, and what was damaged since is', async () => {
  const hub = await localHub()
  await pushDataset(hub, repo, { [train]: await problemsParquet(madeProblems(1000), 250) })
  const folder = await scratchFolder()
  const first = await rowsOf(await opened(hub, { repo }, { folder }), ['problem'])
  const loaded = sent(hub, 'get-object')

  expect(await rowsOf(await opened(hub, { repo }, { folder }), ['problem'])).toEqual(first)
  expect(sent(hub, 'get-object')).toEqual(loaded)

  const [damaged, cut] = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  const bytes = await readFile(damaged!)
  bytes[bytes.length - 9]! ^= 1
  await writeFile(damaged!, bytes)
  await writeFile(cut!, (await readFile(cut!)).subarray(0, -1))
  expect(await rowsOf(await opened(hub, { repo }, { folder }), ['problem'])).toEqual(first)
  expect(sent(hub, 'get-object').requests).toBe(loaded.requests + 2)
})

test('a whole file goes on where it broke off, and a damaged one is loaded again', async () => {
  const hub = await localHub({ regularLimit: 1000 })
  const text = jsonLines(madeProblems(400))
  await pushDataset(hub, repo, { 'train.jsonl': text })
  const folder = await scratchFolder()
  hub.fault({ name: 'cut-body', on: 'get-object' })
  expect(await rowsOf(await opened(hub, { repo }, { folder }))).toHaveLength(400)
  const loaded = sent(hub, 'get-object')
  expect(loaded.requests).toBe(2)
  expect(loaded.bytes).toBeLessThan(text.length * 1.1)

  const whole = (await readdir(folder, { recursive: true })).find((name) => name.endsWith('.jsonl'))
  const bytes = await readFile(join(folder, whole!))
  bytes[17]! ^= 1
  await writeFile(join(folder, whole!), bytes)
  expect(await rowsOf(await opened(hub, { repo }, { folder }))).toHaveLength(400)
  expect(sent(hub, 'get-object').requests).toBe(3)

  // As a kill leaves it: some of the bytes are not those of the file.
  await writeFile(join(folder, `${whole!}.part`), Buffer.alloc(5000, 'x'))
  await writeFile(join(folder, whole!), 'x')
  expect(await rowsOf(await opened(hub, { repo }, { folder }))).toHaveLength(400)
})

test('a file that is not what the Hub lists is refused', async () => {
  const hub = await localHub({ regularLimit: 1000 })
  await pushDataset(hub, repo, { 'train.jsonl': jsonLines(madeProblems(40)) })
  hub.fault({ name: 'wrong-oid', on: 'tree' })
  await expect(rowsOf(await opened(hub, { repo }))).rejects.toThrow(
    'train.jsonl came with another content than the Hub lists for it; run the same command again',
  )
})
