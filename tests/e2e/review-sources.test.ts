import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { readReviews } from '../../review/verdicts/review-lines.ts'
import { startHub, type Hub } from '../../simulators/hub/start.ts'
import { writeParquet } from '../../store/parquet/write.ts'
import { attacks } from '../browser/attacks.ts'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { runCli, startCli, type CliResult } from '../support/run-cli.ts'
import { studentFolder } from '../support/student-folder.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/* A run, its dataset, its dataset on the Hub and a dataset of somebody else are looked at with the same commands. */
const repo = 'demo-org/small'
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let hub: Hub
let recipe: string
/** The pairs of the run, which are all reviewed. */
let pairs: string[]

const at = (...names: string[]): string => join(folder.path, ...names)
const environment = (): Record<string, string> => ({
  HF_ENDPOINT: hub.url,
  HF_TOKEN: hub.token,
  COLUMNS: '80',
})
const cli = (args: readonly string[], stdin?: string): Promise<CliResult> =>
  runCli(args, { cwd: folder.path, environment: environment(), ...(stdin !== undefined && { stdin }) })

beforeAll(async () => {
  folder = await temporaryFolder()
  hub = await startHub({ folder: at('hub') })
  recipe = await writeRecipe(
    folder.path,
    smallRecipe('simulated', {
      problems: { builtin: { count: 12, seed: 1 }, per_shard: 6 },
      write: { plots: false, license: 'cc0-1.0' },
      push: { repo, accept: ['contamination'] },
    }),
  )
  expect(await cli(['distill', recipe])).toMatchObject({ code: 0 })
  expect(await cli(['push', recipe, '--create'])).toMatchObject({ code: 0 })
})
afterAll(async () => {
  await hub.close()
  await folder[Symbol.asyncDispose]()
})

type Page = {
  get: (path: string) => Promise<{ status: number; text: string }>
  ids: () => Promise<string[]>
  reviews: string
}

/** What a page of `review` answers while `look` looks at it. */
async function withPage(args: readonly string[], look: (page: Page) => Promise<void>): Promise<void> {
  const { child, ended } = startCli(['review', ...args, '--json'], {
    cwd: folder.path,
    environment: environment(),
  })
  try {
    const { url, reviews } = await new Promise<{ url: string; reviews: string }>((resolve, reject) => {
      const lines = createInterface(child.stdout!)
      lines.on('line', (line) => {
        const { data } = JSON.parse(line) as { data?: { url?: string; reviews?: string } }
        if (data?.url !== undefined) resolve({ url: data.url, reviews: data.reviews! })
      })
      lines.on('close', () => reject(new Error('the review ended without an address')))
    })
    const { origin, hash } = new URL(url)
    const headers = { 'x-review-token': hash.replace('#token=', ''), 'x-reviewer': 'ana' }
    const get = async (path: string): Promise<{ status: number; text: string }> => {
      const response = await fetch(`${origin}${path}`, { headers })
      return { status: response.status, text: await response.text() }
    }
    const ids = async (): Promise<string[]> =>
      (JSON.parse((await get('/api/overview')).text) as { pairs: { id: string }[] }).pairs.map(({ id }) => id)
    await look({ get, ids, reviews })
  } finally {
    child.kill('SIGINT')
    await ended
  }
}

test('the dataset of a run is reviewed like the run: the same pairs, the same texts, in the same reviews', async () => {
  await withPage([recipe], async ({ get, ids }) => {
    pairs = (await ids()).sort()
    expect((await get(`/api/pair?id=${pairs[0]}`)).text).not.toContain('not recorded')
  })
  const student = await studentFolder(folder.path)
  await withPage(['runs/small/dataset', '--student', student], async ({ get, ids, reviews }) => {
    const rendered = (await get(`/api/student?id=${pairs[0]}`)).text
    expect(rendered).toMatch(/reasoning: [\d,]+ of [\d,]+ characters trained/u)
    expect(rendered).toContain('<mark><span class="token">&lt;think&gt;</span>')
    expect(reviews).toBe(at('runs/small/reviews'))
    expect((await ids()).sort()).toEqual(pairs)
    const { text } = await get(`/api/pair?id=${pairs[0]}`)
    expect(text).toContain('filter decisions: not recorded')
    expect(text).toContain('✓ correct')
  })
  // A verdict on the dataset holds in the run: its hash is that of the same texts.
  const given = await cli(['show', 'runs/small/dataset', '--review', 'ana', '-n', '2'], 'a\na\n')
  expect(given).toMatchObject({ code: 0 })
  await withPage([recipe], async ({ get }) => {
    const overview = JSON.parse((await get('/api/overview')).text) as { pairs: object[] }
    expect(overview.pairs.filter((pair) => 'verdict' in pair)).toHaveLength(2)
    expect(overview.pairs.filter((pair) => 'isVoid' in pair)).toEqual([])
  })
})

test('a dataset of the Hub is loaded once, at its commit, and its reviews are kept beside it', async () => {
  const commit = hub.repo(repo)!.branches.get('main')!
  const shown = await cli(['show', `hub:${repo}@${commit}`, '-n', '2', '--json'])
  expect(shown).toMatchObject({ code: 0 })
  const local = await cli(['show', recipe, '-n', '2', '--json'])
  expect(rowsOf(shown)).toBe(rowsOf(local))
  const before = hub.log.length
  const own = at('runs/hub/demo-org--small', commit)
  expect(await cli(['show', `hub:${repo}`, '--review', 'bob', '-n', '1'], 'x1\n')).toMatchObject({ code: 0 })
  const loaded = hub.log.slice(before).filter(({ path }) => path.includes('/resolve/'))
  expect(loaded).toEqual([])
  const reviews = await readReviews(join(own, 'reviews'))
  expect(reviews.reviewers()).toEqual(['bob'])
  expect((await cli(['show', `hub:${repo}@${'0'.repeat(40)}`])).stderr).toContain(
    `has no dataset ${repo} with the commit, branch or tag`,
  )
  expect((await cli(['show', `hub:${repo}`, '--where', 'true'])).stderr).toContain(
    'name the recipe or folder of a run',
  )
  expect((await cli(['review', `hub:${repo}`, '--run', 'x'])).stderr).toContain('so leave it out')
})

test('a wrong bit in a dataset or in a part is told, on the terminal and on the page', async () => {
  await cp(at('runs/small/dataset'), at('harmed'), { recursive: true })
  const manifest = JSON.parse(await readFile(at('harmed/manifest.json'), 'utf8')) as {
    files: { config: string; path: string }[]
  }
  for (const { config, path } of manifest.files) if (config === 'pairs') await flip(at('harmed', path))
  for (const args of [
    ['show', 'harmed'],
    ['review', 'harmed'],
  ])
    expect(await cli(args)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is not what manifest.json says'),
    })

  const parts = [0, 1].map((shard) => at(`runs/small/traces/part-0000${shard}.parquet`))
  const whole = await Promise.all(parts.map((path) => readFile(path)))
  for (const path of parts) await flip(path)
  await withPage([recipe], async ({ get }) => {
    const shown = (): ReturnType<typeof get> => get(`/api/pair?id=${pairs[0]}`)
    expect(await shown()).toMatchObject({
      status: 500,
      text: expect.stringMatching(/traces.part-0000\d\.parquet is damaged/u),
    })
    for (const [part, path] of parts.entries()) await writeFile(path, whole[part]!)
    expect(await shown()).toMatchObject({ status: 200, text: expect.stringContaining('✓') })
  })
})

test('pairs of somebody else are shown as they are, say what is not recorded, and none of their texts becomes markup', async () => {
  const schema = z.object({
    pair_id: z.string(),
    prompt: z.string(),
    domain: z.string(),
    teacher_text: z.string(),
  })
  const rows = attacks.map((text, number) => ({
    pair_id: `${number}-${text}`.slice(0, 100),
    prompt: text,
    domain: text,
    teacher_text: `<think>${text}`,
  }))
  await mkdir(at('foreign/data'), { recursive: true })
  await writeParquet({ path: at('foreign/data/train.parquet'), schema, rows })
  await withPage(['foreign', '--sample', String(rows.length)], async ({ get, ids, reviews }) => {
    expect(reviews).toBe(at('foreign-reviews'))
    const shown = await ids()
    expect(shown.toSorted()).toEqual(rows.map((row) => row.pair_id).toSorted())
    for (const id of shown) {
      const { status, text } = await get(`/api/pair?id=${encodeURIComponent(id)}`)
      expect([id, status]).toEqual([id, 200])
      expect(text).toContain('? not recorded')
      expect(text).toContain('filter decisions: not recorded')
      expect(text).not.toMatch(/<(?:script|img|svg|iframe|a|object|embed|form|style)\b/iu)
      // The id stands where nobody reads it, too.
      expect(text.replace(/ data-id="[^"]*"/u, '')).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/u)
      expect(text).not.toContain('&lt;\\think&gt;')
    }
  })
  const { code, stdout } = await cli(['show', 'foreign', '-n', '1'])
  expect([code, stdout.includes('not recorded')]).toEqual([0, true])
})

async function flip(path: string): Promise<void> {
  const bytes = await readFile(path)
  bytes[Math.floor(bytes.length / 3)]! ^= 4
  await writeFile(path, bytes)
}

const rowsOf = ({ stdout }: CliResult): string =>
  stdout
    .split('\n')
    .find((line) => line.includes('pair_id'))!
    .replace(/"at":\d+,/u, '')
