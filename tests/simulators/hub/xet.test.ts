import { randomBytes } from 'node:crypto'
import { commit, downloadFile, listFiles } from '@huggingface/hub'
import { expect, test } from 'vitest'
import { ask, filledHub, repository, sha256 } from './filled-hub.ts'
import type { At } from './filled-hub.ts'

/** Contents that are packed in different ways: text, noise, numbers of four bytes, one that repeats, one of a few bytes. */
const contents: Record<string, Buffer> = {
  'text.parquet': Buffer.from(
    Array.from({ length: 30_000 }, (_, index) => `row ${index} says ${index % 7}\n`).join(''),
  ),
  'noise.parquet': randomBytes(700_000),
  'numbers.parquet': Buffer.from(
    Float32Array.from({ length: 100_000 }, (_, index) => Math.sqrt(index)).buffer,
  ),
  'zeros.parquet': Buffer.alloc(1_000_000),
  'short.parquet': Buffer.from('x'),
}

test('files that are uploaded in the Xet protocol come back whole', async () => {
  await using filled = await filledHub({ xet: true })
  const { hub, at } = filled
  await pushAll(at)
  const used = new Set(hub.log.map(({ kind }) => kind))
  expect([...used]).toEqual(expect.arrayContaining(['post-xorb', 'post-shard']))
  const rows = await Array.fromAsync(listFiles(at))
  for (const [path, content] of Object.entries(contents)) {
    expect(rows.find((row) => row.path === path)?.lfs?.oid).toBe(sha256(content))
    const back = await (await downloadFile({ ...at, path }))!.arrayBuffer()
    expect(sha256(new Uint8Array(back))).toBe(sha256(content))
  }
  const start = hub.log.length
  await pushAll(at)
  expect(hub.log.slice(start).map(({ kind }) => kind)).not.toContain('post-xorb')
})

test('the chunk store wants a token of its own', async () => {
  await using filled = await filledHub({ xet: true })
  const { hub } = filled
  for (const authorization of [undefined, `Bearer ${hub.token}`, 'Bearer xet_made-up']) {
    const headers = authorization === undefined ? {} : { authorization }
    const path = `${hub.casUrl}/v1/xorbs/default/${'0'.repeat(64)}`
    expect((await fetch(path, { method: 'POST', body: 'x', headers })).status).toBe(401)
  }
  const reader = await ask(hub, `/api/datasets/${repository}/xet-write-token/main`, { token: null })
  expect(reader.status).toBe(401)
})

test('chunks that arrive damaged make no file', async () => {
  await using filled = await filledHub({ xet: true })
  const { hub, at } = filled
  await expect(pushAll(at, damaging)).rejects.toMatchObject({ statusCode: 400 })
  for (const content of Object.values(contents).slice(0, 3)) {
    expect(hub.objects.size(sha256(content))).toBe(undefined)
  }
})

test('a shard of xorbs that were not sent is refused', async () => {
  await using filled = await filledHub({ xet: true })
  const { hub, at } = filled
  await expect(pushAll(at, losing)).rejects.toThrow(/The xorb [0-9a-f]{64} is not stored/)
  expect(hub.objects.size(sha256(contents['noise.parquet']!))).toBe(undefined)
})

test('a push stops at a xorb that is refused', async () => {
  await using filled = await filledHub({ xet: true })
  const { hub, at } = filled
  hub.fault({ name: 'http-500', on: 'post-xorb', times: 100 })
  await expect(pushAll(at)).rejects.toMatchObject({ statusCode: 500 })
  expect(hub.objects.size(sha256(contents['noise.parquet']!))).toBe(undefined)
})

async function pushAll(at: At, fetcher: typeof fetch = fetch): Promise<void> {
  await commit({
    ...at,
    fetch: fetcher,
    title: 'By xet',
    useXet: true,
    operations: Object.entries(contents).map(([path, content]) => ({
      operation: 'addOrUpdate',
      path,
      content: new Blob([new Uint8Array(content)]),
    })),
  })
}

/** Changes some bytes of every xorb: in noise, which is stored as it is, and in text, which is packed. */
function damaging(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
  if (!isXorb(input) || !(init?.body instanceof Uint8Array)) return fetch(input, init)
  const body = Uint8Array.from(init.body)
  for (let at = 100; at < body.length; at += 1000) body[at]! ^= 0xff
  return fetch(input, { ...init, body })
}

/** Says of every xorb that it was stored, and sends none. */
async function losing(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
  return isXorb(input) ? Response.json({ was_inserted: true }) : fetch(input, init)
}

function isXorb(input: Parameters<typeof fetch>[0]): boolean {
  return (input instanceof Request ? input.url : input.toString()).includes('/v1/xorbs/')
}
