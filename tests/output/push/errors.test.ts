import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { HubError, shown } from '../../../hub/client/error.ts'
import { explainHubError } from '../../../hub/client/explain.ts'
import { openHubRepository, type HubRepository } from '../../../hub/write/repository.ts'
import { RunError } from '../../../schemas/errors.ts'
import { startHub, type Hub } from '../../../simulators/hub/start.ts'
import { defaultToken } from '../../../simulators/hub/options.ts'
import { datasetIn, pushFolder, writeSmallDataset, type Pushing } from '../../support/push-dataset.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const reader = {
  token: 'hf_MadeUpReader',
  user: 'reader',
  role: 'read' as const,
  organizations: ['demo-org'],
}
const stranger = { token: 'hf_MadeUpStranger', user: 'stranger', role: 'write' as const }

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let hub: Hub
let dataset: string

beforeAll(async () => {
  folder = await temporaryFolder()
  hub = await startHub({ folder: join(folder.path, 'hub'), tokens: [defaultToken, reader, stranger] })
  dataset = datasetIn(folder.path)
  await writeSmallDataset(dataset, 1, 1)
  await pushFolder(hub, dataset)
  await writeSmallDataset(dataset, 1, 2)
})
afterAll(async () => {
  await hub.close()
  await folder[Symbol.asyncDispose]()
})
beforeEach(() => hub.clearFaults())

function openClient(endpoint: string): HubRepository {
  return openHubRepository({
    endpoint,
    token: stranger.token,
    repo: 'demo-org/sums',
    xet: false,
    stop: new AbortController().signal,
    now: Date.now,
    random: () => 0,
    wait: async () => undefined,
    onPause: () => undefined,
  })
}

/** The message that a push ends with. */
async function messageOf(options: Pushing = {}): Promise<string> {
  const error = await pushFolder(hub, dataset, { create: false, ...options }).catch(
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(RunError)
  const { message } = error as RunError
  expect(message).not.toContain('\n')
  return message
}

describe('a push that the Hub refuses says in one line what to do', () => {
  test('unknown token', async () => {
    expect(await messageOf({ token: 'hf_MadeUpUnknown' })).toBe(
      `the Hub does not know the token in HF_TOKEN (401: Invalid credentials in Authorization header); make one that may write at ${hub.url}/settings/tokens`,
    )
  })

  test('token that may only read', async () => {
    expect(await messageOf({ token: reader.token })).toBe(
      'the token in HF_TOKEN may not write to demo-org/sums (403: Forbidden: a token with write access is required, this one has the role read); give it write access to this repository, or use another one',
    )
  })

  test("somebody else's repository", async () => {
    expect(await messageOf({ token: stranger.token })).toBe(
      'the token in HF_TOKEN may not write to demo-org/sums (403: Forbidden: you have no right to write under the namespace demo-org); give it write access to this repository, or use another one',
    )
  })

  test('missing repository', async () => {
    expect(await messageOf({ repo: 'demo-org/nothing' })).toBe(
      'there is no dataset demo-org/nothing that the token in HF_TOKEN can see (404: Repository not found); make it with --create, or correct --repo',
    )
  })

  test('storage policy, without trying again', async () => {
    hub.fault({ name: 'storage-policy', on: 'lfs-batch', times: 9 })
    const before = hub.log.filter(({ kind }) => kind === 'lfs-batch').length
    expect(await messageOf()).toBe(
      'the Hub refuses more data for demo-org/sums (403: Forbidden: your storage patterns tripped our internal systems. Please contact support.); free some storage or enlarge the plan, then push again',
    )
    expect(hub.log.filter(({ kind }) => kind === 'lfs-batch').length - before).toBe(1)
  })

  test('a store that takes no upload', async () => {
    hub.fault({ name: 'expired-url', on: 'put-object', times: 999 })
    expect(await messageOf()).toMatch(
      /^the object store of \S+ refuses an upload \(403: .*\); push again, what was uploaded is kept; if it stays so, tell the Hub$/,
    )
  })

  test('commit that is too large', async () => {
    hub.fault({ name: 'commit-too-large' })
    expect(await messageOf()).toBe(
      'the commit is larger than the Hub takes (413: Payload Too Large); split the dataset or write larger shards (write.shard_bytes)',
    )
  })

  test('rate limit that does not end', async () => {
    hub.fault({ name: 'rate-limit', on: 'preupload', times: 99, seconds: 40 })
    expect(await messageOf()).toBe(
      'the Hub limits the rate of calls (429: We had to rate limit your requests. Please try again later.); push again in 40 s',
    )
  })

  test('Hub that keeps failing', async () => {
    hub.fault({ name: 'http-503', on: 'tree', times: 99 })
    expect(await messageOf()).toBe(
      'the Hub fails (503: Service Unavailable); push again later, what was uploaded is kept',
    )
  })

  test('nobody there', async () => {
    const server = await listen(createServer())
    const { url } = server
    server.close()
    expect(await messageOf({ endpoint: url })).toBe(
      `${url} cannot be reached (ECONNREFUSED: connect ECONNREFUSED ${url.slice('http://'.length)}); check the network and HF_ENDPOINT, then push again`,
    )
  })

  test('a web page in place of a Hub', async () => {
    const page = createServer(
      (_request, response) =>
        void response.setHeader('content-type', 'text/html').end('<html>It works!</html>'),
    )
    const { url, close } = await listen(page)
    expect(await messageOf({ endpoint: url })).toBe(
      `${url} answers with a web page and not as a Hub does; correct HF_ENDPOINT, or unset it to publish to https://huggingface.co`,
    )
    close()
  })

  test('an address that sends its callers on elsewhere', async () => {
    const before = hub.log.length
    const elsewhere = createServer(
      (request, response) =>
        void response.writeHead(308, { location: `${hub.url}${request.url ?? ''}` }).end(),
    )
    const { url, close } = await listen(elsewhere)
    expect(await messageOf({ endpoint: url })).toBe(
      `${url} sends its callers on to ${hub.url}, where the token does not go; if that is the Hub that you mean, set HF_ENDPOINT to its address`,
    )
    close()
    expect(hub.log.slice(before).filter(({ authorization }) => authorization)).toEqual([])
  })

  test.each([
    ['expired-url', 'get-object', /^403: /],
    ['reset', 'get-object', /./],
  ])('reading back that fails after the commit: %s', async (name, on, said) => {
    const read = `demo-org/unread-${name}`
    hub.fault({ name, on: on as 'resolve', times: 999 })
    const message = await messageOf({ repo: read, create: true })
    const [, cause = ''] =
      /^the dataset is committed to \S+, but cannot be read back \((.*)\); push again to try once more, or leave the reading out with --no-verify$/.exec(
        message,
      ) ?? [message]
    expect(cause).toMatch(said)
    hub.clearFaults()
    expect(await pushFolder(hub, dataset, { repo: read })).toMatchObject({ outcome: 'up_to_date' })
  })

  test('gate', async () => {
    hub.repo('demo-org/sums')!.gated = 'manual'
    const client = openClient(hub.url)
    const error = await client.open('README.md', 'main').catch((thrown: unknown) => thrown)
    await client.close()
    hub.repo('demo-org/sums')!.gated = false
    expect(explained(error, client)).toMatch(
      /^demo-org\/sums is gated and the token in HF_TOKEN has no access \(403: .*\); ask for it at .*\/datasets\/demo-org\/sums$/,
    )
  })

  test('a store that sends whole files is not listened to', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200, { etag: '"x"', 'content-length': 2 ** 40 }).write('PAR1')
    })
    const { url, close } = await listen(server)
    const client = openClient(url)
    const error = await client.open('a.parquet', 'main').catch((thrown: unknown) => thrown)
    await client.close()
    close()
    expect(explained(error, client)).toBe(
      `the dataset is committed to demo-org/sums, but cannot be read back (${url} sends the whole file where a range was asked for); push again to try once more, or leave the reading out with --no-verify`,
    )
  })

  test('public repository that was to be private', async () => {
    await expect(pushFolder(hub, dataset, { isPrivate: true })).rejects.toThrow(
      `demo-org/sums is public, and --private is only for a repository that is made; make it private at ${hub.url}/datasets/demo-org/sums/settings, or leave --private out`,
    )
  })
})

test('a renamed repository is published to under its new name', async () => {
  await pushFolder(hub, dataset, { repo: 'demo-org/old' })
  await fetch(`${hub.url}/api/repos/move`, {
    method: 'POST',
    headers: { authorization: `Bearer ${hub.token}` },
    body: JSON.stringify({ fromRepo: 'demo-org/old', toRepo: 'demo-org/new', type: 'dataset' }),
  })
  await writeSmallDataset(datasetIn(join(folder.path, 'other')), 2, 3)
  const notes: string[] = []
  const report = await pushFolder(hub, datasetIn(join(folder.path, 'other')), { repo: 'demo-org/old' }, notes)
  expect(report).toMatchObject({ repo: 'demo-org/new', outcome: 'pushed' })
  expect(notes).toContain(
    'demo-org/old is called demo-org/new now; publishing there: change --repo or `push.repo`',
  )
})

test('an address that runs out while reading back is asked for again', async () => {
  const repo = 'demo-org/run-out'
  hub.fault({ name: 'expired-url', on: 'get-object', times: 2 })
  expect(await pushFolder(hub, dataset, { repo })).toMatchObject({ outcome: 'pushed', verified: true })
})

test('waits as long as the Hub asks', async () => {
  hub.fault({ name: 'rate-limit', on: 'preupload', seconds: 7 })
  hub.fault({ name: 'retry-after', on: 'lfs-batch', seconds: 3 })
  const notes: string[] = []
  await pushFolder(hub, dataset, {}, notes)
  expect(notes).toEqual(['asked to wait 7000', 'waited 7000', 'asked to wait 3000', 'waited 3000'])
})

test('what may be shown has no signatures, tokens or line ends', () => {
  const text =
    'PUT https://store.example/a/b?X-Amz-Signature=abc&x=1 failed\nBearer abc.def hf_abcDEF123 http://h/p#frag\u001B[31m my-key'
  expect(shown(text, ['my-key'])).toBe(
    'PUT https://store.example/a/b failed Bearer [hidden] [hidden] http://h/p [hidden]',
  )
  expect(new HubError(shown('x'.repeat(5000)), { call: 'api' }).message.length).toBe(301)
})

function explained(error: unknown, client: HubRepository): string {
  const where = { endpoint: client.endpoint, repo: client.repo, hasToken: true }
  return (explainHubError(error, { purpose: 'publishing', ...where }) as Error).message
}

async function listen(server: Server): Promise<{ url: string; close: () => void }> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => server.close().closeAllConnections(),
  }
}
