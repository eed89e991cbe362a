import { expect } from 'vitest'
import { hubFaults } from '../../../simulators/hub/faults/registry.ts'
import type { Hub } from '../../../simulators/hub/start.ts'
import {
  announce,
  ask,
  head,
  postCommit,
  repository,
  sha256,
  shard,
  shardPath,
  smallCommit,
} from './filled-hub.ts'

const api = `/api/datasets/${repository}`
const treePath = `${api}/tree/main?recursive=true`
const other = Buffer.from('another object '.repeat(100))

/** What each fault does on the wire: called once with the fault in force for the next call that it can strike. */
export const faultEffects: Record<string, (hub: Hub) => Promise<void>> = {
  'rate-limit': async (hub) => {
    const refused = await ask(hub, treePath)
    expect(refused.status).toBe(429)
    expect(refused.headers.get('ratelimit')).toBe('"api";r=0;t=7')
    expect(refused.headers.get('retry-after')).toBe(null)
  },
  'retry-after': async (hub) => {
    const refused = await ask(hub, treePath)
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('7')
    expect(refused.headers.get('ratelimit')).toBe(null)
  },
  'rate-limit-bare': async (hub) => {
    const refused = await ask(hub, treePath)
    expect(refused.status).toBe(429)
    expect(refused.headers.get('ratelimit') ?? refused.headers.get('retry-after')).toBe(null)
  },
  'http-500': (hub) => refusesOnce(hub, 500),
  'http-502': (hub) => refusesOnce(hub, 502),
  'http-503': (hub) => refusesOnce(hub, 503),
  'http-504': (hub) => refusesOnce(hub, 504),
  unauthorized: (hub) => refusesOnce(hub, 401),
  'xet-token-expired': async (hub) => {
    const { accessToken } = (await (await ask(hub, `${api}/xet-write-token/main`)).json()) as {
      accessToken: string
    }
    const headers = { authorization: `Bearer ${accessToken}` }
    const chunk = `${hub.casUrl}/v1/chunks/default/${'0'.repeat(64)}`
    expect((await fetch(chunk, { headers })).status).toBe(401)
    expect((await fetch(chunk, { headers })).status).toBe(404)
  },
  'commit-busy': (hub) => commitIsRefused(hub, 409),
  'commit-stale': (hub) => commitIsRefused(hub, 412),
  'commit-too-large': (hub) => commitIsRefused(hub, 413),
  'unknown-revision': async (hub) => {
    const refused = await ask(hub, treePath)
    expect(refused.status).toBe(404)
    expect(refused.headers.get('x-error-code')).toBe('RevisionNotFound')
  },
  'storage-policy': (hub) => commitIsRefused(hub, 403),
  reset: async (hub) => {
    await expect(ask(hub, treePath)).rejects.toThrow('fetch failed')
    expect((await ask(hub, treePath)).status).toBe(200)
  },
  'reset-mid-put': async (hub) => {
    const large = Buffer.alloc(1_000_000, 'x')
    const { href } = await announce(hub, large, ['basic'])
    await expect(put(href!, large)).rejects.toThrow('fetch failed')
    expect(hub.log.at(-1)!.bytesIn).toBeGreaterThan(0)
    expect(hub.log.at(-1)!.bytesIn).toBeLessThan(large.length)
    expect(hub.objects.size(sha256(large))).toBe(undefined)
    expect((await put(href!, large)).status).toBe(200)
  },
  'lost-reply': async (hub) => {
    const before = head(hub)
    await expect(postCommit(hub, smallCommit())).rejects.toThrow('fetch failed')
    expect(head(hub)).not.toBe(before)
  },
  'commit-lost-reply': async (hub) => {
    const before = head(hub)
    await expect(postCommit(hub, smallCommit('a', before))).rejects.toThrow('fetch failed')
    expect(head(hub)).not.toBe(before)
    expect((await postCommit(hub, smallCommit('a', before))).status).toBe(412)
  },
  'commit-late-500': (hub) => commitIsMadeInSpiteOf(hub, 500),
  'commit-late-504': (hub) => commitIsMadeInSpiteOf(hub, 504),
  'slow-body': async (hub) => {
    const response = await ask(hub, treePath)
    const chunks = await Array.fromAsync(response.body!)
    expect(chunks.length).toBeGreaterThan(0)
    expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThanOrEqual(1024)
  },
  'cut-body': async (hub) => {
    const response = await ask(hub, treePath)
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow('terminated')
    expect(hub.log.at(-1)!.cut).toBe(true)
  },
  'redirect-away': async (hub) => {
    const response = await fetch(`${hub.url}${treePath}`, {
      headers: { authorization: `Bearer ${hub.token}` },
    })
    expect(response.url).toMatch(new RegExp(`^${hub.objectsUrl}/elsewhere/`))
    expect(hub.log.at(-1)).toMatchObject({ origin: 'objects', authorization: false })
  },
  'missing-etag': async (hub) => {
    const path = `/datasets/${repository}/resolve/main/README.md`
    expect((await ask(hub, path)).headers.get('etag')).toBe(null)
    expect((await ask(hub, path)).headers.get('etag')).toMatch(/^"[0-9a-f]{40}"$/)
  },
  'wrong-part-count': async (hub) => {
    const large = Buffer.alloc(25_000, 'x')
    expect(partsOf(await announce(hub, large))).toBe(2)
    expect(partsOf(await announce(hub, large))).toBe(3)
  },
  'object-error': async (hub) => {
    expect((await announce(hub, other)).error?.code).toBe(500)
    expect((await announce(hub, other)).error).toBe(undefined)
  },
  'hash-refused': async (hub) => {
    const { href } = await announce(hub, other)
    const refused = await put(href!, other)
    expect(refused.status).toBe(400)
    expect(await refused.text()).toContain('BadDigest')
    expect(hub.objects.size(sha256(other))).toBe(undefined)
  },
  'damaged-object': async (hub) => {
    const { href } = await announce(hub, other)
    expect((await put(href!, other)).status).toBe(200)
    const oid = sha256(other)
    const lfs = { path: 'x.parquet', algo: 'sha256', oid, size: other.length }
    const header = { key: 'header', value: { summary: 'Damaged' } }
    expect((await postCommit(hub, [header, { key: 'lfsFile', value: lfs }])).status).toBe(200)
    const read = await fetch(`${hub.url}/datasets/${repository}/resolve/main/x.parquet`)
    const content = Buffer.from(await read.arrayBuffer())
    expect(content.length).toBe(other.length)
    expect(sha256(content)).not.toBe(oid)
  },
  'wrong-oid': async (hub) => {
    expect(await listedOid(hub)).not.toBe(sha256(shard))
    expect(await listedOid(hub)).toBe(sha256(shard))
  },
  'expired-url': async (hub) => {
    const { href } = await announce(hub, other)
    expect((await put(href!, other)).status).toBe(403)
    expect(await (await put(href!, other)).text()).toContain('Request has expired')
    const fresh = await announce(hub, other)
    expect((await put(fresh.href!, other)).status).toBe(200)
  },
  'tiny-pages': async (hub) => {
    const first = await ask(hub, treePath)
    expect(((await first.json()) as unknown[]).length).toBe(2)
    expect(first.headers.get('link')).toMatch(new RegExp(`^<${hub.url}/api/.*>; rel="next"$`))
  },
  'rival-commit': async (hub) => {
    const before = head(hub)
    expect((await postCommit(hub, smallCommit('a', before))).status).toBe(412)
    const rival = hub.repo(repository)!.commits.get(head(hub))!
    expect(rival).toMatchObject({ parents: [before], author: 'somebody-else' })
    expect((await postCommit(hub, smallCommit('a', rival.id))).status).toBe(200)
  },
}

/** Seconds that the faults speak of in the tests above. */
export const seconds = 7

/** Where a fault that can strike anything is to strike in the tests above. */
export const strikes: Record<string, 'commit' | 'tree' | 'resolve'> = {
  'lost-reply': 'commit',
  'storage-policy': 'commit',
  'missing-etag': 'resolve',
}

export const faultNames = hubFaults.map(({ name }) => name)

async function refusesOnce(hub: Hub, status: number): Promise<void> {
  const refused = await ask(hub, treePath)
  expect(refused.status).toBe(status)
  expect(await refused.json()).toEqual({ error: expect.any(String) as string })
  expect((await ask(hub, treePath)).status).toBe(200)
}

async function commitIsRefused(hub: Hub, status: number): Promise<void> {
  const before = head(hub)
  expect((await postCommit(hub, smallCommit('a', before))).status).toBe(status)
  expect(head(hub)).toBe(before)
  expect((await postCommit(hub, smallCommit('a', before))).status).toBe(200)
}

async function commitIsMadeInSpiteOf(hub: Hub, status: number): Promise<void> {
  const before = head(hub)
  expect((await postCommit(hub, smallCommit('a', before))).status).toBe(status)
  expect(hub.repo(repository)!.commits.get(head(hub))!.parents).toEqual([before])
}

async function listedOid(hub: Hub): Promise<string | undefined> {
  const rows = (await (await ask(hub, treePath)).json()) as { path: string; lfs?: { oid: string } }[]
  return rows.find(({ path }) => path === shardPath)?.lfs?.oid
}

function partsOf({ header }: { header?: Record<string, string> }): number {
  return Object.keys(header ?? {}).filter((key) => /^\d+$/.test(key)).length
}

function put(href: string, content: Uint8Array): Promise<Response> {
  return fetch(href, { method: 'PUT', body: new Uint8Array(content) })
}
