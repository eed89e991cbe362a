import type { IncomingMessage, ServerResponse } from 'node:http'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { type HubClient, openHubClient } from '../../hub/client/client.ts'
import { authorization } from '../../hub/client/token.ts'
import { openHubReader } from '../../hub/read/reader.ts'
import { hubFetch } from '../../hub/write/hub-fetch.ts'
import { recordingServers } from './recording-servers.ts'

const token = 'hf_MadeUpToken'
const paths = [
  '/datasets/org/set/resolve/main/a.parquet',
  '/api/datasets/org/set/revision/main',
  '/api/datasets/org/set/commit/main',
  '/objects/a',
]

/** Where a redirect leads: which server, by which status. */
type Hop = { to: number; status: number }

const hop = fc.record({ to: fc.nat(2), status: fc.constantFrom(301, 302, 303, 307, 308) })
const call = fc.record({
  first: fc.nat(2),
  path: fc.constantFrom(...paths),
  method: fc.constantFrom('GET', 'POST', 'PUT'),
  hops: fc.array(hop, { maxLength: 5 }),
})

/** Three origins, of which the first is the Hub; the way of a request stands in its address. */
async function asking(): Promise<{
  origins: string[]
  seen: { server: number; head: string }[]
  address: (given: { first: number; path: string; hops: Hop[] }) => string
}> {
  const { origins, seen } = await recordingServers(3, redirected)
  return {
    origins,
    seen,
    address: ({ first, path, hops }) => `${origins[first]}${path}?${way(hops)}`,
  }

  function redirected(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', 'http://any')
    const [next, ...rest] = JSON.parse(url.searchParams.get('hops') ?? '[]') as Hop[]
    if (next === undefined) response.writeHead(206, { 'content-type': 'application/json' }).end('{}')
    else
      response.writeHead(next.status, { location: `${origins[next.to]}${url.pathname}?${way(rest)}` }).end()
  }
}

function way(hops: readonly Hop[]): string {
  return String(new URLSearchParams({ hops: JSON.stringify(hops) }))
}

function publisher(endpoint: string): HubClient {
  const client = openHubClient({
    endpoint,
    token,
    now: Date.now,
    random: () => 0,
    wait: async () => undefined,
    silenceMs: 10_000,
    tries: 1,
  })
  onTestFinished(() => client.close())
  return client
}

test('the token goes to the origin of the Hub and nowhere else, whoever asks and wherever redirects lead', async () => {
  const { origins, seen, address } = await asking()
  const environment = { HF_ENDPOINT: origins[0], HF_TOKEN: token }
  const reader = openHubReader({ environment, note: () => undefined, tries: 1 })
  onTestFinished(() => reader.close())
  const fetch = hubFetch(publisher(origins[0]!), new AbortController().signal)
  const headers = authorization({ endpoint: origins[0]!, token })
  let atHub = 0

  await fc.assert(
    fc.asyncProperty(call, fc.boolean(), async (given, reads) => {
      seen.length = 0
      const { method } = given
      const ask = (): Promise<unknown> =>
        reads
          ? reader.get(address(given), (response) => response.text())
          : fetch(address(given), { method, headers, ...(method !== 'GET' && { body: '{}' }) })
      // Some ways lead where a call must not go, or are too long; what was sent until then counts as well.
      await ask().catch(() => undefined)
      // The way to a store is known by now, and is gone without asking the Hub.
      await ask().catch(() => undefined)
      for (const { server, head } of seen) {
        if (server !== 0) expect(head).not.toContain(token)
        else if (given.first === 0) expect(head).toContain(token)
        if (server === 0 && given.first === 0) atHub += 1
      }
    }),
    { numRuns: 300 },
  )
  expect(atHub).toBeGreaterThan(100)
})

test("a store's own credentials do not go on to another store", async () => {
  const { origins, seen, address } = await asking()
  const fetch = hubFetch(publisher(origins[0]!), new AbortController().signal)
  const way = { first: 1, path: '/objects/a', hops: [{ to: 2, status: 307 }] }
  await fetch(address(way), {
    headers: { authorization: 'Bearer content-store', cookie: 'a=b', range: 'bytes=0-1' },
  })
  expect(seen.map(({ server }) => server)).toEqual([1, 2])
  expect(seen[0]?.head).toContain('content-store')
  expect(seen[1]?.head).not.toMatch(/content-store|a=b/)
  expect(seen[1]?.head).toContain('bytes=0-1')
})

test('an API call of a publisher is not sent on to where the token does not go', async () => {
  const { origins, seen, address } = await asking()
  const fetch = hubFetch(publisher(origins[0]!), new AbortController().signal)
  const way = { first: 0, path: paths[1]!, hops: [{ to: 1, status: 308 }] }
  await expect(fetch(address(way))).rejects.toMatchObject({ code: 'SentElsewhere', message: origins[1] })
  expect(seen).toHaveLength(1)
})
