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

test('a shard of chunks that were not sent makes nothing', async () => {
  await using filled = await filledHub({ xet: true })
  const { hub, at } = filled
  hub.fault({ name: 'http-500', on: 'post-xorb', times: 100 })
  await expect(pushAll(at)).rejects.toMatchObject({ statusCode: 500 })
  expect(hub.objects.size(sha256(contents['noise.parquet']!))).toBe(undefined)
})

async function pushAll(at: At): Promise<void> {
  await commit({
    ...at,
    title: 'By xet',
    useXet: true,
    operations: Object.entries(contents).map(([path, content]) => ({
      operation: 'addOrUpdate',
      path,
      content: new Blob([new Uint8Array(content)]),
    })),
  })
}
