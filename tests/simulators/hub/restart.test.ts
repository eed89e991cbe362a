import { randomBytes } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRepo, downloadFile, listCommits, listFiles } from '@huggingface/hub'
import { expect, test } from 'vitest'
import { startHub } from '../../../simulators/hub/start.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { address, announce, ask, push, repository, shard, shardPath } from './filled-hub.ts'

test('a Hub that is started again on its folder has everything that it acknowledged', async () => {
  await using folder = await temporaryFolder()
  let before: unknown
  {
    await using hub = await startHub({ folder: folder.path })
    const at = address(hub)
    await createRepo(at)
    await push(at, { 'README.md': '# One\n', [shardPath]: shard })
    await push(at, { 'README.md': '# Two\n', 'more.txt': 'more' })
    await push(at, { 'proposal.txt': 'text' }, { isPullRequest: true })
    await ask(hub, `/api/datasets/${repository}/branch/draft`, { json: {} })
    const json = { fromRepo: repository, toRepo: 'demo-org/renamed', type: 'dataset' }
    await ask(hub, '/api/repos/move', { json })
    before = await everything(address(hub))
  }
  await using hub = await startHub({ folder: folder.path })
  expect(await everything(address(hub))).toEqual(before)
  const back = await downloadFile({ ...address(hub), path: shardPath })
  expect(Buffer.from(await back!.arrayBuffer()).equals(shard)).toBe(true)
  expect(await downloadFile({ ...address(hub), path: 'proposal.txt', revision: 'refs/pr/1' })).not.toBe(null)
  // Nothing is sent again that is stored.
  const start = hub.log.length
  await push(address(hub), { 'again.parquet': shard })
  expect(hub.log.slice(start).map(({ kind }) => kind)).not.toContain('put-object')
})

test('an upload that was cut leaves nothing, and what the server left half written goes at the next start', async () => {
  await using folder = await temporaryFolder()
  const incoming = join(folder.path, 'incoming')
  {
    await using hub = await startHub({ folder: folder.path })
    await createRepo(address(hub))
    const large = randomBytes(3_000_000)
    const { href } = await announce(hub, large)
    const stop = new AbortController()
    async function* half(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(large.subarray(0, 1_500_000))
      // The first half must be on its way before the client goes.
      while (hub.log.at(-1)!.bytesIn === 0) await new Promise((resolve) => setImmediate(resolve))
      stop.abort()
      yield new Uint8Array(large.subarray(1_500_000))
    }
    const body = ReadableStream.from(half())
    await expect(fetch(href!, { method: 'PUT', body, duplex: 'half', signal: stop.signal })).rejects.toThrow(
      'aborted',
    )
    await writeFile(join(incoming, 'left-behind'), 'half')
  }
  await using hub = await startHub({ folder: folder.path })
  expect(await readdir(incoming)).toEqual([])
  expect(hub.repo(repository)).toBeDefined()
})

test('the log has a line for every request', async () => {
  await using folder = await temporaryFolder()
  const logFile = join(folder.path, 'requests.jsonl')
  {
    await using hub = await startHub({ folder: join(folder.path, 'hub'), logFile })
    await createRepo(address(hub))
    await push(address(hub), { 'a.parquet': 'rows' })
    expect(hub.peak()).toBeGreaterThan(0)
  }
  const lines = (await readFile(logFile, 'utf8')).trimEnd().split('\n')
  const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(entries.map(({ kind }) => kind)).toEqual([
    'create-repo',
    'preupload',
    'lfs-batch',
    'put-object',
    'commit',
  ])
  expect(entries[3]).toMatchObject({
    origin: 'objects',
    bytesIn: 4,
    status: 200,
    authorization: false,
    faults: [],
  })
  expect(entries[4]).toMatchObject({ origin: 'hub', method: 'POST', authorization: true, cut: false })
})

async function everything(at: ReturnType<typeof address>): Promise<unknown> {
  const files = await Array.fromAsync(listFiles({ ...at, recursive: true, expand: true }))
  const draft = await Array.fromAsync(listFiles({ ...at, revision: 'draft', recursive: true }))
  return { files, draft, commits: await Array.fromAsync(listCommits(at)) }
}
