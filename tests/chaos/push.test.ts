import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import Table from 'cli-table3'
import packageJson from '../../package.json' with { type: 'json' }
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readManifest } from '../../output/dataset/manifest.ts'
import { blowUpDataset } from '../support/blown-up-dataset.ts'
import { wrongAt } from '../support/hub-reader.ts'
import { startHub, type Hub } from '../../simulators/hub/start.ts'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { runCli, startCli } from '../support/run-cli.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { howOften } from './how-often.ts'

const repo = 'demo-org/small'
const kills = howOften(12)
const megabyte = 2 ** 20
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let recipe: string
let run: string

beforeAll(async () => {
  folder = await temporaryFolder()
  await using teacher = await simulatedTeacher({}, join(folder.path, 'teacher.jsonl'))
  recipe = await writeRecipe(
    folder.path,
    smallRecipe(teacher.baseUrl, {
      // The blown up shards have texts and no rows to look at.
      push: { accept: ['contamination', 'complete_rows', 'form'] },
    }),
  )
  run = join(folder.path, 'runs/small')
  expect(await runCli(['distill', recipe], { cwd: folder.path })).toMatchObject({ code: 0 })
})
afterAll(() => folder[Symbol.asyncDispose]())

function pushing(hub: Hub, ...args: string[]) {
  const environment = { HF_ENDPOINT: hub.url, HF_TOKEN: hub.token }
  // As `npm run push` starts it.
  const script = (packageJson as { scripts: { push: string } }).scripts.push.split(' ')
  const node = script.filter((word) => word.startsWith('--'))
  return startCli(['push', recipe, '--repo', repo, '--create', ...args], {
    cwd: folder.path,
    environment,
    node,
  })
}

test('more than 1 GiB is published with less than 300 MB of memory', async () => {
  await blowUpDataset(run, { bytes: 1080 * megabyte, shards: 3 })
  const { totals } = await readManifest(join(run, 'dataset'))
  expect(totals.bytes).toBeGreaterThan(1024 * megabyte)
  const peaks: string[] = []
  for (const [name, multipart] of [
    ['in one piece', { from: Infinity, partSize: 1 }],
    ['in parts of 16 MiB', { from: 32 * megabyte, partSize: 16 * megabyte }],
  ] as const) {
    const place = join(folder.path, 'hub-large')
    await using hub = await startHub({ folder: place, multipart })
    const { child, ended } = pushing(hub)
    let peak = 0
    const watch = setInterval(() => (peak = Math.max(peak, highWaterMark(child.pid!))), 25)
    const started = performance.now()
    const { code, stderr } = await ended
    clearInterval(watch)
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    peaks.push(`${name}: ${(peak / 1e6).toFixed(0)} MB at its peak, ${seconds} s with all checks`)
    expect(peak).toBeLessThan(300e6)
    await rm(place, { recursive: true })
  }
  console.log(`${(totals.bytes / megabyte).toFixed(0)} MiB in ${totals.files} files\n${peaks.join('\n')}`)
})

test(`killed ${kills} times and started again each time, a push ends in the same commits and no reader ever sees half of it`, async () => {
  await using hub = await startHub({
    folder: join(folder.path, 'hub-shaken'),
    multipart: { from: 4 * megabyte, partSize: 2 * megabyte },
  })
  await using calm = await startHub({ folder: join(folder.path, 'hub-calm') })
  const reader = startReader(hub)
  const where: Record<string, number> = {}
  let struck = 0
  for (let kill = 0; kill < kills; kill++) {
    // By turns a dataset of one commit and one of several.
    await blowUpDataset(run, kill % 2 === 0 ? { bytes: 60e6, shards: 2 } : { bytes: 30e6, shards: 20 })
    expect(await pushing(calm).ended).toMatchObject({ code: 0 })
    const from = hub.log.length
    const { child, ended } = pushing(hub)
    await momentOf(hub, from, kill, child)
    child.kill('SIGKILL')
    const first = await ended
    // A push that came to its end before it was struck counts as no kill; one that failed is a fault.
    if (first.signal === null) expect(first).toMatchObject({ code: 0 })
    else struck += 1
    const moment = first.signal === null ? 'not at all: it had ended' : whereItFell(hub, from)
    where[moment] = (where[moment] ?? 0) + 1
    const { code, stderr } = await pushing(hub).ended
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
    expect(await treeOf(hub)).toEqual(await treeOf(calm))
    expect(titlesOf(hub)).toEqual(titlesOf(calm))
  }
  expect(struck).toBeGreaterThan(kills / 2)
  const { looks, wrong } = await reader.stop()
  for (const sha of hub.repo(repo)!.commits.keys()) wrong.push(...(await wrongAt(hub, repo, sha)))
  expect(wrong).toEqual([])
  console.log(
    `${struck} kills, ${titlesOf(hub).length - 1} commits as in undisturbed pushes, none twice; a reader looked ${looks} times and saw whole datasets only\n${tableOf(['killed', 'times'], Object.entries(where))}`,
  )
})

/** Peak resident memory of a process in bytes, as the kernel keeps it; 0 when it has ended. */
function highWaterMark(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}

/** Waits for a random moment of a push: in turn while it hashes, uploads, commits. */
async function momentOf(hub: Hub, from: number, kill: number, child: ChildProcess): Promise<void> {
  const seen = (...kinds: string[]): number =>
    hub.log.slice(from).filter(({ kind }) => kinds.includes(kind)).length
  const until = async (reached: () => boolean): Promise<void> => {
    while (!reached() && child.exitCode === null) await sleep(1)
  }
  const random = Math.random()
  if (kill % 3 === 0) {
    await until(() => seen('preupload') > 0)
    await sleep(random * 250)
  } else if (kill % 3 === 1) {
    await until(() => seen('put-object', 'put-part') > random * 25)
    await sleep(Math.random() * 30)
  } else {
    const commit = kill % 2 === 0 ? 1 : 1 + Math.floor(random * 3)
    // The Hub answers a commit within milliseconds, so look at every turn of the event loop.
    while (seen('commit') < commit && child.exitCode === null) await setImmediate()
    if (kill % 4 < 2) return
    await sleep(random * 12)
  }
}

function whereItFell(hub: Hub, from: number): string {
  const entries = hub.log.slice(from)
  const count = (...kinds: string[]): number => entries.filter(({ kind }) => kinds.includes(kind)).length
  const commits = entries.filter(({ kind }) => kind === 'commit')
  if (count('preupload') === 0) return 'before the first file'
  if (commits.length > 0) {
    const { status, cut } = commits.at(-1)!
    const answered = status === 200 && !cut
    return answered
      ? `after commit ${commits.length} was answered`
      : `committing (commit ${commits.length}), ${status === 200 ? 'made but not answered' : 'not made yet'}`
  }
  return count('lfs-batch') === 0 ? 'hashing' : 'uploading'
}

/** Reads the dataset again and again, as somebody who trains on it might. */
function startReader(hub: Hub): { stop(): Promise<{ looks: number; wrong: string[] }> } {
  const seen = new Set<string>()
  const wrong: string[] = []
  const stopped = new AbortController()
  let looks = 0
  async function look(): Promise<void> {
    const sha = hub.repo(repo)?.branches.get('main')
    if (sha === undefined) return
    looks += 1
    if (!seen.has(sha)) wrong.push(...(await wrongAt(hub, repo, sha)))
    seen.add(sha)
  }
  async function lookOften(): Promise<void> {
    while (!stopped.signal.aborted) {
      await look()
      await sleep(5)
    }
  }
  const looking = lookOften()
  return {
    async stop() {
      stopped.abort()
      await looking
      return { looks, wrong }
    },
  }
}

/** What is on the Hub by path; the one file that names its address is given whole, without that. */
async function treeOf(hub: Hub): Promise<Record<string, string>> {
  const { commits, branches } = hub.repo(repo)!
  const { files } = commits.get(branches.get('main')!)!
  const address = `${hub.url}/datasets/${repo}`
  const response = await fetch(`${address}/resolve/main/croissant.json`, {
    headers: { authorization: `Bearer ${hub.token}` },
  })
  return {
    ...Object.fromEntries([...files].map(([path, { lfs, oid }]) => [path, lfs?.oid ?? oid])),
    'croissant.json': (await response.text()).replaceAll(address, 'ADDRESS'),
  }
}

function titlesOf(hub: Hub): string[] {
  return [...hub.repo(repo)!.commits.values()].map(({ title }) => title)
}

function tableOf(head: string[], rows: readonly (readonly (string | number)[])[]): string {
  const table = new Table({ head, style: { head: [], border: [] } })
  table.push(...rows.map((row) => [...row]))
  return table.toString()
}
