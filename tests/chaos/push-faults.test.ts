import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import Table from 'cli-table3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readManifest } from '../../output/dataset/manifest.ts'
import { wrongAt } from '../support/hub-reader.ts'
import { hubFaults } from '../../simulators/hub/faults/registry.ts'
import type { CallKind } from '../../simulators/hub/options.ts'
import { startHub, type Hub } from '../../simulators/hub/start.ts'
import { datasetIn, pathsOf, pushFolder, writeSmallDataset } from '../support/push-dataset.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/* Every fault of the local Hub strikes every call that a push makes. Waits are not waited for. */
const repo = 'demo-org/sums'
const perCommit = 4
const calls: CallKind[] = [
  'create-repo',
  'revision',
  'tree',
  'preupload',
  'lfs-batch',
  'put-object',
  'put-part',
  'complete-multipart',
  'commit',
  'resolve',
  'get-object',
]
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let dataset: string
/** Shards of so many bytes and more go up in parts: half of them. */
let multipartFrom: number
let hubs = 0

beforeAll(async () => {
  folder = await temporaryFolder()
  dataset = datasetIn(folder.path)
  await writeSmallDataset(dataset, 3)
  const sizes = (await readManifest(dataset)).files.map(({ bytes }) => bytes).toSorted((a, b) => a - b)
  multipartFrom = sizes[sizes.length / 2]!
})
afterAll(() => folder[Symbol.asyncDispose]())

/** A Hub of its own. */
function startedHub(): Promise<Hub> {
  const multipart = { from: multipartFrom, partSize: 4096 }
  return startHub({ folder: join(folder.path, `hub-${hubs++}`), multipart })
}

/** The same push until it succeeds: how many it took and what the others said. */
async function pushUntilDone(hub: Hub, most: number): Promise<string[]> {
  const messages: string[] = []
  for (let push = 0; push < most; push++) {
    try {
      await pushFolder(hub, dataset, { perCommit })
      return messages
    } catch (error) {
      messages.push((error as Error).message)
      hub.clearFaults()
    }
  }
  return [...messages, 'never']
}

/** The dataset is there, whole at every commit, and nothing was committed twice. */
async function expectPublishedOnce(hub: Hub): Promise<void> {
  const local = (await readdir(join(dataset, 'data'), { recursive: true })).filter((name) =>
    name.endsWith('.parquet'),
  )
  expect(pathsOf(hub).filter((path) => path.endsWith('.parquet'))).toHaveLength(local.length)
  const { commits } = hub.repo(repo)!
  const titles = [...commits.values()]
    .map(({ title }) => title)
    .filter((title) => title.startsWith('Publish'))
  expect(titles).toEqual(['Publish: data, part 1 of 2', 'Publish: data, part 2 of 2', 'Publish'])
  for (const sha of commits.keys()) expect(await wrongAt(hub, repo, sha)).toEqual([])
  expect(hub.log.filter(({ origin, authorization }) => origin === 'objects' && authorization)).toEqual([])
}

test('every fault alone: the push goes on, or says why not and goes on when it is started again', async () => {
  const rows: string[][] = []
  for (const fault of hubFaults) {
    let atOnce = 0
    const again = new Map<string, CallKind[]>()
    for (const call of calls.filter((kind) => fault.kinds.includes(kind))) {
      await using hub = await startedHub()
      hub.fault({ name: fault.name, on: call })
      const messages = await pushUntilDone(hub, 3)
      expect({
        fault: fault.name,
        call,
        struck: hub.log.some(({ faults }) => faults.includes(fault.name)),
      }).toEqual({
        fault: fault.name,
        call,
        struck: true,
      })
      for (const message of messages) expect(message).not.toMatch(/\n|hf_|[Ss]ignature=/)
      if (messages.length === 0) atOnce += 1
      else
        again.set(
          messages
            .join(' / ')
            .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'HUB')
            .slice(0, 100),
          [...(again.get(messages[0]!) ?? []), call],
        )
      // The one fault that no client can mend: the store holds other bytes than it acknowledged.
      if (fault.name === 'damaged-object') continue
      expect({ fault: fault.name, call, messages: messages.slice(1) }).toEqual({
        fault: fault.name,
        call,
        messages: [],
      })
      await expectPublishedOnce(hub)
    }
    const failed = [...again].map(([message, struck]) => `${struck.join(', ')}: ${message}`)
    rows.push([fault.name, String(atOnce), failed.join('\n')])
  }
  const table = new Table({
    head: ['fault', 'calls it was survived on', 'calls on which the push ended first'],
    style: { head: [], border: [] },
  })
  table.push(...rows)
  console.log(table.toString())
})

test('all faults together: started again and again, the push comes to its end', async () => {
  const counts: string[] = []
  for (const seed of [1, 2, 3]) {
    await using hub = await startedHub()
    let pushes = 0
    let done = false
    while (!done && pushes < 30) {
      hub.clearFaults()
      hub.fault({ name: '*', rate: 0.12, seed: seed * 100 + pushes })
      hub.fault({ name: 'rival-commit', rate: 0.2, seed: seed * 100 + pushes })
      pushes += 1
      done = await pushFolder(hub, dataset, { perCommit }).then(
        () => true,
        () => false,
      )
    }
    hub.clearFaults()
    expect(done).toBe(true)
    await expectPublishedOnce(hub)
    const struck = hub.log.filter(({ faults }) => faults.length > 0).length
    counts.push(`seed ${seed}: ${struck} of ${hub.log.length} calls struck, published by push ${pushes}`)
  }
  console.log(counts.join('\n'))
})
