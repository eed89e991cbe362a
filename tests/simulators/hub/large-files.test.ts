import { createHash, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { downloadFile } from '@huggingface/hub'
import { expect, test } from 'vitest'
import {
  announce,
  ask,
  filledHub,
  head,
  postCommit,
  push,
  repository,
  sha256,
  shard,
  shardPath,
} from './filled-hub.ts'

const multipart = { from: 20_000, partSize: 8_000 }

test('a file above the limit goes up in parts and comes back whole', async () => {
  await using filled = await filledHub({ multipart })
  const { hub, at } = filled
  const large = randomBytes(30_001)
  await push(at, { 'large.parquet': large, 'small.parquet': 'small' })
  const sizes = hub.log.filter(({ kind }) => kind === 'put-part').map(({ bytesIn }) => bytesIn)
  expect(sizes.sort((one, other) => one - other)).toEqual([6001, 8000, 8000, 8000])
  expect(hub.log.filter(({ kind }) => kind === 'complete-multipart').length).toBe(1)
  const back = await (await downloadFile({ ...at, path: 'large.parquet' }))!.arrayBuffer()
  expect(sha256(new Uint8Array(back))).toBe(sha256(large))
})

test('parts that were not all sent, or say another tag, make no object', async () => {
  await using filled = await filledHub({ multipart })
  const { hub } = filled
  const large = randomBytes(20_000)
  const { href, header } = await announce(hub, large)
  async function complete(etags: string[]): Promise<Response> {
    const parts = etags.map((etag, index) => ({ partNumber: index + 1, etag }))
    return fetch(href!, { method: 'POST', body: JSON.stringify({ oid: sha256(large), parts }) })
  }
  const etags: string[] = []
  for (const [index, part] of ['00001', '00002', '00003'].entries()) {
    expect((await complete([...etags, '"nothing"'])).status).toBe(400)
    const body = large.subarray(index * 8000, (index + 1) * 8000)
    const sent = await fetch(header![part]!, { method: 'PUT', body })
    etags.push(sent.headers.get('etag')!)
    expect(etags.at(-1)).toBe(`"${createHash('md5').update(body).digest('hex')}"`)
  }
  expect((await complete(etags.toReversed())).status).toBe(400)
  expect((await complete(etags.slice(0, 2))).status).toBe(400)
  expect(hub.objects.size(sha256(large))).toBe(undefined)
  expect((await complete(etags)).status).toBe(200)
  expect(hub.objects.size(sha256(large))).toBe(large.length)
  // As after a lost answer: the second completion finds the object there.
  expect((await complete(etags)).status).toBe(200)
})

test('content of another hash or size is refused and not kept', async () => {
  await using filled = await filledHub()
  const { hub } = filled
  const content = randomBytes(500)
  const { href } = await announce(hub, content)
  for (const wrong of [randomBytes(500), content.subarray(1)]) {
    const refused = await fetch(href!, { method: 'PUT', body: wrong })
    expect(refused.status).toBe(400)
    expect(await refused.text()).toContain('BadDigest')
  }
  expect(hub.objects.size(sha256(content))).toBe(undefined)
})

test('a commit cannot name an object that is not there, or another size', async () => {
  await using filled = await filledHub()
  const { hub } = filled
  const before = head(hub)
  async function commitOf(oid: string, size: number): Promise<number> {
    const header = { key: 'header', value: { summary: 'Large' } }
    const file = { key: 'lfsFile', value: { path: 'x.parquet', algo: 'sha256', oid, size } }
    return (await postCommit(hub, [header, file])).status
  }
  expect(await commitOf('0'.repeat(64), 3)).toBe(400)
  expect(await commitOf(sha256(shard), shard.length + 1)).toBe(400)
  expect(head(hub)).toBe(before)
  expect(await commitOf(sha256(shard), shard.length)).toBe(200)
})

test('the object store refuses a token, a made-up URL and one for another action, and says who sent one', async () => {
  await using filled = await filledHub()
  const { hub } = filled
  const content = randomBytes(500)
  const { href } = await announce(hub, content)
  const withToken = await fetch(href!, {
    method: 'PUT',
    body: content,
    headers: { authorization: `Bearer ${hub.token}` },
  })
  expect(withToken.status).toBe(400)
  expect(await withToken.text()).toContain('Only one auth mechanism allowed')
  expect(hub.log.at(-1)).toMatchObject({ origin: 'objects', authorization: true, status: 400 })
  const madeUp = href!.replace(/size=\d+/, 'size=1')
  expect((await fetch(madeUp, { method: 'PUT', body: content })).status).toBe(403)
  expect((await fetch(href!)).status).toBe(404)
  expect(hub.objects.size(sha256(content))).toBe(undefined)
})

test('URLs expire with time and with use', async () => {
  let now = 1_000_000
  await using filled = await filledHub({ now: () => now, urls: { seconds: 60, uses: 1 } })
  const { hub } = filled
  const content = randomBytes(500)
  function put(href: string | undefined): Promise<Response> {
    return fetch(href!, { method: 'PUT', body: content })
  }
  const late = await announce(hub, content)
  now += 60_000
  expect((await put(late.href)).status).toBe(403)
  const once = await announce(hub, content)
  expect((await put(once.href)).status).toBe(200)
  expect((await put(once.href)).status).toBe(403)
})

test('a client that offers xet is answered with what this server speaks', async () => {
  await using filled = await filledHub()
  expect((await announce(filled.hub, randomBytes(10), ['basic', 'multipart', 'xet'])).transfer).toBe('basic')
})

test('a large file is a redirect with its size and hash, and its raw form the pointer', async () => {
  await using filled = await filledHub()
  const { hub } = filled
  for (const method of ['GET', 'HEAD']) {
    const answer = await ask(hub, `/datasets/${repository}/resolve/main/${shardPath}`, { method })
    expect(answer.status).toBe(302)
    expect(new URL(answer.headers.get('location')!).origin).toBe(hub.objectsUrl)
    expect(answer.headers.get('x-linked-size')).toBe(String(shard.length))
    expect(answer.headers.get('x-linked-etag')).toBe(`"${sha256(shard)}"`)
    expect(answer.headers.get('x-repo-commit')).toBe(head(hub))
  }
  const pointer = await (await ask(hub, `/datasets/${repository}/raw/main/${shardPath}`)).text()
  expect(pointer).toBe(
    `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256(shard)}\nsize ${shard.length}\n`,
  )
})

test('every range of a large and of a small file is the slice of its bytes', async () => {
  await using filled = await filledHub()
  const { hub, at } = filled
  const text = 'small text '.repeat(20)
  await push(at, { 'small.txt': text })
  const sources = { [shardPath]: shard, 'small.txt': Buffer.from(text) }
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.entries(sources)),
      fc.nat({ max: 5000 }),
      fc.option(fc.nat({ max: 5000 })),
      fc.boolean(),
      async ([path, content], first, length, fromEnd) => {
        const last = length === null ? '' : first + length
        const range = fromEnd ? `bytes=-${first}` : `bytes=${first}-${last}`
        const answer = await fetch(`${hub.url}/datasets/${repository}/resolve/main/${path}`, {
          headers: { range },
        })
        const body = Buffer.from(await answer.arrayBuffer())
        const start = fromEnd ? Math.max(0, content.length - first) : first
        if (start >= content.length) {
          expect(answer.status).toBe(416)
          return
        }
        const end = fromEnd || length === null ? content.length : Math.min(content.length, first + length + 1)
        expect(answer.status).toBe(206)
        expect(answer.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/${content.length}`)
        expect(answer.headers.get('etag')).toMatch(/^"[0-9a-f]{40,64}"$/)
        expect(body.equals(content.subarray(start, end))).toBe(true)
      },
    ),
    { numRuns: 60 },
  )
})
