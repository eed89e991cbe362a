import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { StoppedError } from '../../../schemas/errors.ts'
import { wrongAt } from '../../support/hub-reader.ts'
import { startHub, type Hub } from '../../../simulators/hub/start.ts'
import { datasetIn, pathsOf, pushFolder, writeSmallDataset } from '../../support/push-dataset.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const repo = 'demo-org/sums'
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let hub: Hub
let dataset: string

beforeEach(async () => {
  folder = await temporaryFolder()
  hub = await startHub({ folder: join(folder.path, 'hub') })
  dataset = datasetIn(folder.path)
})
afterEach(async () => {
  await hub.close()
  await folder[Symbol.asyncDispose]()
})

const titles = (): string[] => [...hub.repo(repo)!.commits.values()].map(({ title }) => title)
const count = (kind: string): number => hub.log.filter((entry) => entry.kind === kind).length

async function expectWholeAtEveryCommit(): Promise<void> {
  for (const sha of hub.repo(repo)!.commits.keys()) expect(await wrongAt(hub, repo, sha)).toEqual([])
}

describe('a dataset that fits into one commit', () => {
  test('keeps its paths and goes up in one commit; the same again does nothing', async () => {
    await writeSmallDataset(dataset, 3)
    const report = await pushFolder(hub, dataset)
    expect(report).toMatchObject({ outcome: 'pushed', verified: true, unchanged: 0 })
    expect(report.url).toBe(`${hub.url}/datasets/${repo}/commit/${hub.repo(repo)!.branches.get('main')}`)
    expect(pathsOf(hub)).toEqual([
      '.gitattributes',
      'README.md',
      'croissant.json',
      ...(await readdir(join(dataset, 'data/ift'))).sort().map((name) => `data/ift/${name}`),
      ...(await readdir(join(dataset, 'data/reasoning'))).sort().map((name) => `data/reasoning/${name}`),
      'manifest.json',
    ])
    expect({ puts: count('put-object'), batches: count('lfs-batch'), commits: count('commit') }).toEqual({
      puts: 6,
      batches: 1,
      commits: 1,
    })
    expect(await pushFolder(hub, dataset)).toMatchObject({
      outcome: 'up_to_date',
      unchanged: 9,
      verified: true,
    })
    expect(titles()).toEqual(['initial commit', 'Publish'])
  })

  test('replaces an older one and takes its further shards away in the same commit', async () => {
    await writeSmallDataset(dataset, 4, 1)
    await pushFolder(hub, dataset)
    await writeSmallDataset(dataset, 2, 2)
    const report = await pushFolder(hub, dataset)
    expect(report.commits).toHaveLength(1)
    expect(report.commits[0]!.delete).toHaveLength(8)
    expect(pathsOf(hub).filter((path) => path.endsWith('.parquet'))).toHaveLength(4)
    await expectWholeAtEveryCommit()
  })

  test('sends the token to the Hub only', async () => {
    await writeSmallDataset(dataset, 2)
    await pushFolder(hub, dataset)
    expect(hub.log.filter(({ origin }) => origin === 'objects').length).toBeGreaterThan(4)
    expect(hub.log.filter(({ origin, authorization }) => origin === 'objects' && authorization)).toEqual([])
  })
})

describe('a dataset of several commits', () => {
  test('leaves every commit with a whole dataset: the old one until the last, the new one from then on', async () => {
    await writeSmallDataset(dataset, 2, 1)
    await pushFolder(hub, dataset, { perCommit: 8 })
    await writeSmallDataset(dataset, 7, 2)
    const report = await pushFolder(hub, dataset, { perCommit: 8 })
    expect(report.commits.map(({ add, delete: gone }) => [add.length, gone.length])).toEqual([
      [8, 0],
      [6, 0],
      [3, 4],
    ])
    await writeSmallDataset(dataset, 6, 3)
    await pushFolder(hub, dataset, { perCommit: 8 })
    await writeSmallDataset(dataset, 2, 1)
    await pushFolder(hub, dataset, { perCommit: 8 })
    await expectWholeAtEveryCommit()
    expect(pathsOf(hub).filter((path) => path.endsWith('.parquet'))).toHaveLength(4)
  })

  test('goes on after every commit where another push ended', async () => {
    await writeSmallDataset(dataset, 9)
    const ends: number[] = []
    for (const after of [0, 1, 2]) {
      // A revoked token ends the push at its next commit.
      hub.fault({ name: 'unauthorized', on: 'commit', after: after === 0 ? 0 : 1 })
      await expect(pushFolder(hub, dataset, { perCommit: 8 })).rejects.toThrow('token')
      hub.clearFaults()
      ends.push(titles().length - 1)
    }
    expect(ends).toEqual([0, 1, 2])
    expect(await pushFolder(hub, dataset, { perCommit: 8 })).toMatchObject({ outcome: 'pushed' })
    expect(titles()).toEqual([
      'initial commit',
      'Publish: data, part 1 of 3',
      'Publish: data, part 2 of 3',
      'Publish: data, part 3 of 3',
      'Publish',
    ])
    await expectWholeAtEveryCommit()
  })

  test('that was given up half-way leaves nothing behind once another one is published', async () => {
    await writeSmallDataset(dataset, 9, 1)
    hub.fault({ name: 'unauthorized', on: 'commit', after: 2 })
    await expect(pushFolder(hub, dataset, { perCommit: 8 })).rejects.toThrow('token')
    hub.clearFaults()
    await writeSmallDataset(dataset, 2, 2)
    await pushFolder(hub, dataset, { perCommit: 8 })
    expect(pathsOf(hub).filter((path) => path.endsWith('.parquet'))).toHaveLength(4)
  })
})

describe('a push that is stopped', () => {
  test.each(['hashing', 'uploading'])('while %s commits nothing, and another one goes on', async (phase) => {
    await writeSmallDataset(dataset, 3)
    const stop = new AbortController()
    const stopped = new StoppedError('stopped by a signal')
    const onProgress = (now: string): void => {
      if (now === phase) stop.abort(stopped)
    }
    await expect(pushFolder(hub, dataset, { stop: stop.signal, onProgress })).rejects.toBe(stopped)
    expect(count('commit')).toBe(0)
    expect(await pushFolder(hub, dataset)).toMatchObject({ outcome: 'pushed', verified: true })
  })

  test('before it began sends nothing but questions', async () => {
    await writeSmallDataset(dataset, 1)
    await pushFolder(hub, dataset)
    await writeSmallDataset(dataset, 2)
    const before = hub.log.length
    const stopped = new StoppedError('stopped by a signal')
    await expect(pushFolder(hub, dataset, { stop: AbortSignal.abort(stopped) })).rejects.toBe(stopped)
    expect(hub.log.slice(before).filter(({ method }) => method !== 'GET')).toEqual([])
  })
})

describe('asked for Xet', () => {
  test('it uploads so where the Hub speaks it, also past an expired token, and every byte comes back', async () => {
    await using xetHub = await startHub({ folder: join(folder.path, 'xet'), xet: true })
    await writeSmallDataset(dataset, 7)
    xetHub.fault({ name: 'xet-token-expired', on: 'post-xorb' })
    const pushing = { xet: true, perCommit: 8 }
    expect(await pushFolder(xetHub, dataset, pushing)).toMatchObject({ outcome: 'pushed', verified: true })
    const kinds = xetHub.log.map(({ kind }) => kind)
    expect(kinds).toEqual(expect.arrayContaining(['post-xorb', 'post-shard']))
    expect(kinds).not.toContain('put-object')
    expect(kinds.filter((kind) => kind === 'commit')).toHaveLength(3)
    for (const sha of xetHub.repo(repo)!.commits.keys()) expect(await wrongAt(xetHub, repo, sha)).toEqual([])
    const published = pathsOf(xetHub).filter((path) => path.endsWith('.parquet'))
    expect(published).toHaveLength(14)
    for (const path of published) {
      const response = await fetch(`${xetHub.url}/datasets/${repo}/resolve/main/${path}`)
      const [, config = '', name = ''] = /^data\/([^/]+)\/[^/]+\/(.*)$/.exec(path) ?? []
      const local = await readFile(join(dataset, 'data', config, name))
      expect(local.equals(Buffer.from(await response.arrayBuffer()))).toBe(true)
    }
    expect(await pushFolder(xetHub, dataset, pushing)).toMatchObject({ outcome: 'up_to_date' })
  })

  test('it uploads plainly where the Hub does not', async () => {
    await writeSmallDataset(dataset, 2)
    expect(await pushFolder(hub, dataset, { xet: true })).toMatchObject({ outcome: 'pushed', verified: true })
    expect(count('put-object')).toBe(4)
  })
})

test('an upload that waits for its turn is given up with the others', async () => {
  await writeSmallDataset(dataset, 2)
  hub.fault({ name: 'rate-limit', on: 'put-object', seconds: 77 })
  hub.fault({ name: 'expired-url', on: 'put-object', after: 1 })
  let givenUp = 0
  const wait = async (ms: number, signal: AbortSignal): Promise<void> => {
    if (ms !== 77_000) return
    await once(signal, 'abort')
    givenUp += 1
    signal.throwIfAborted()
  }
  expect(await pushFolder(hub, dataset, { wait })).toMatchObject({ outcome: 'pushed' })
  expect(givenUp).toBe(1)
})

test('the progress comes to its end, with the files that travel inside the commit', async () => {
  await writeSmallDataset(dataset, 9)
  const last = new Map<string, [number, number]>()
  await pushFolder(hub, dataset, {
    perCommit: 8,
    onProgress: (phase, done, total) => last.set(phase, [done, total]),
  })
  const [done, total] = last.get('uploading')!
  expect(done).toBe(total)
  expect(last.get('reading back')).toEqual([21, 21])
})

describe('commits whose outcome is not known', () => {
  test.each([
    'commit-lost-reply',
    'commit-late-500',
    'commit-late-504',
    'commit-busy',
    'commit-stale',
    'http-502',
    'reset',
  ])('%s: the dataset is there once', async (name) => {
    await writeSmallDataset(dataset, 2)
    hub.fault({ name, on: 'commit' })
    expect(await pushFolder(hub, dataset)).toMatchObject({ outcome: 'pushed', verified: true })
    expect(titles()).toEqual(['initial commit', 'Publish'])
  })

  test('a pull request whose answer was lost is found and not opened again', async () => {
    await writeSmallDataset(dataset, 2)
    await pushFolder(hub, dataset)
    await writeSmallDataset(dataset, 3)
    hub.fault({ name: 'commit-lost-reply', on: 'commit' })
    expect(await pushFolder(hub, dataset, { pullRequest: true })).toMatchObject({ revision: 'refs/pr/1' })
    expect(hub.repo(repo)!.pullRequests).toHaveLength(1)
  })

  test('tries are bounded', async () => {
    await writeSmallDataset(dataset, 1)
    hub.fault({ name: 'commit-stale', on: 'commit', times: 1000 })
    const notes: string[] = []
    await expect(pushFolder(hub, dataset, {}, notes)).rejects.toThrow(
      'others keep committing to demo-org/sums (412: ',
    )
    expect(notes.slice(1)).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 20_000].map((ms) => `waited ${ms}`))
    expect(count('commit')).toBe(8)
  })
})

describe('somebody else', () => {
  test('who commits another file in between is gone on from', async () => {
    await writeSmallDataset(dataset, 9)
    hub.fault({ name: 'rival-commit', times: 2 })
    const notes: string[] = []
    expect(await pushFolder(hub, dataset, { perCommit: 8 }, notes)).toMatchObject({ outcome: 'pushed' })
    expect(notes.filter((note) => note.startsWith('somebody else'))).toHaveLength(2)
    expect(pathsOf(hub)).toContain('rival.txt')
    await expectWholeAtEveryCommit()
  })

  test('who changes the card in between ends the push with a message', async () => {
    await writeSmallDataset(dataset, 2, 1)
    await pushFolder(hub, dataset)
    await writeSmallDataset(dataset, 2, 2)
    hub.fault({ name: 'commit-busy', on: 'commit' })
    const pushing = pushFolder(hub, dataset, { wait: rivalCard })
    await expect(pushing).rejects.toThrow(
      'somebody else changed README.md in demo-org/sums during this push; look at',
    )
  })
})

/** Somebody edits the card in the browser. */
async function rivalCard(): Promise<void> {
  const parent = hub.repo(repo)!.branches.get('main')!
  const lines = [
    { key: 'header', value: { summary: 'A better card', parentCommit: parent } },
    {
      key: 'file',
      value: { path: 'README.md', content: btoa('---\nlicense: mit\n---\n'), encoding: 'base64' },
    },
  ]
  await fetch(`${hub.url}/api/datasets/${repo}/commit/main`, {
    method: 'POST',
    headers: { authorization: `Bearer ${hub.token}`, 'content-type': 'application/x-ndjson' },
    body: lines.map((line) => JSON.stringify(line)).join('\n'),
  })
}
