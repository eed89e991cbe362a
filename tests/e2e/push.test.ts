import { openRedactor } from '../../store/secrets/redact.ts'
import { appendFile, cp, mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readManifest } from '../../output/dataset/manifest.ts'
import { builtinProblems } from '../../problems/builtin/builtin-problems.ts'
import { readParquetRows } from '../../store/parquet/read.ts'
import { push as command, type PushCommandOptions } from '../../pipeline/commands/push/publish.ts'
import { createJsonReporter } from '../../pipeline/reporter/json-reporter.ts'
import { createTally } from '../../pipeline/reporter/tally.ts'
import { TwinstillError } from '../../schemas/errors.ts'
import { wrongAt } from '../support/hub-reader.ts'
import { startHub, type Hub } from '../../simulators/hub/start.ts'
import { smallRecipe, writeRecipe, type RecipeTree } from '../support/recipe-file.ts'
import { runCli, type CliResult } from '../support/run-cli.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/* One finished run for the whole file; every test publishes it as a user does. */
const repo = 'demo-org/small'
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let teacher: Awaited<ReturnType<typeof simulatedTeacher>>
let hub: Hub

beforeAll(async () => {
  folder = await temporaryFolder()
  teacher = await simulatedTeacher({}, join(folder.path, 'teacher.jsonl'))
  hub = await startHub({ folder: join(folder.path, 'hub') })
  const held = [...builtinProblems({ count: 48, seed: 1 })].slice(0, 12)
  await writeFile(
    join(folder.path, 'held.jsonl'),
    held.map(({ prompt }, id) => `${JSON.stringify({ id: `h${id}`, problem: prompt })}\n`).join(''),
  )
  expect(await cli(['distill', await recipe()])).toMatchObject({ code: 0 })
})
afterAll(async () => {
  await hub.close()
  await teacher[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

/** Problems of the run that stand in a benchmark are only told of, until somebody publishes them. */
const filter = { contamination: { policy: 'warn', benchmarks: { held: { file: 'held.jsonl' } } } }
const recipe = (changes: RecipeTree = {}): Promise<string> =>
  // With plots, which are published beside the shards.
  writeRecipe(
    folder.path,
    smallRecipe(teacher.baseUrl, {
      filter,
      ...changes,
      write: { plots: true, ...(changes['write'] as RecipeTree) },
    }),
  )
const cli = (args: string[], environment: Record<string, string> = {}): Promise<CliResult> =>
  runCli(args, {
    cwd: folder.path,
    environment: { HF_ENDPOINT: `${hub.url}/`, HF_TOKEN: hub.token, ...environment },
  })
const push = async (
  args: string[] = [],
  changes: RecipeTree = {},
  environment: Record<string, string> = {},
) => cli(['push', await recipe(changes), '--repo', repo, ...args], environment)
const run = (...names: string[]): string => join(folder.path, 'runs/small', ...names)
const commits = (): string[] => [...hub.repo(repo)!.commits.values()].map(({ title }) => title)
const files = (revision = 'main'): string[] => {
  const { branches, commits } = hub.repo(repo)!
  return [...commits.get(branches.get(revision)!)!.files.keys()].sort()
}
const shards = (revision?: string): string[] => files(revision).filter((path) => path.endsWith('.parquet'))

/** What a push printed in place of a result. */
async function refusal(pushed: Promise<CliResult>): Promise<{ code: number | null; message: string }> {
  const { code, stdout, stderr } = await pushed
  expect(stdout).toBe('')
  const lines = stderr.trimEnd().split('\n')
  return { code, message: lines.find((line) => line.startsWith('error: ')) ?? stderr }
}

describe('publishing a finished run', () => {
  test('a dry run lists files, bytes and commits, and sends nothing', async () => {
    const before = hub.log.length
    const { code, stdout } = await push(['--create', '--dry-run'])
    expect(code).toBe(0)
    const { files: listed } = await readManifest(run('dataset'))
    for (const { path, bytes } of listed)
      expect(stdout).toMatch(new RegExp(`add +│ ${path} +│ +${bytes.toLocaleString('en')} `))
    expect(stdout).toMatch(
      /would send 14 files, [\d,]+ bytes \(\d+ kB\), in 1 commit; 0 more are there already/,
    )
    expect(hub.log.slice(before).filter(({ method }) => method !== 'GET')).toEqual([])
    expect(hub.repo(repo)).toBe(undefined)
  })

  test('problems that stand in a benchmark are refused until the recipe accepts them', async () => {
    const before = hub.log.length
    const { code, message } = await refusal(push(['--create'], { push: {} }))
    expect(code).toBe(1)
    expect(message).toMatch(
      /^error: problems of the dataset are in benchmarks \(held \d+\), such as: .*item h\d+ of held.*`filter\.contamination\.policy: drop`, or say `push\.accept: \[contamination\]`/,
    )
    expect(hub.log.slice(before).filter(({ method }) => method !== 'GET')).toEqual([])
    expect(hub.repo(repo)).toBe(undefined)
  })

  test('a repository that is not there is not made unasked', async () => {
    expect(await refusal(push())).toEqual({
      code: 1,
      message: `error: there is no dataset ${repo} that the token in HF_TOKEN can see (404: Repository not found); make it with --create, or correct --repo`,
    })
  })

  test('makes a private repository when asked, publishes, reads back and prints the commit', async () => {
    const { code, stdout, stderr } = await push(['--create', '--private', '--message', 'First version'])
    expect({ code, stderr }).toMatchObject({ code: 0 })
    expect(hub.repo(repo)!.private).toBe(true)
    const head = hub.repo(repo)!.branches.get('main')!
    expect(stdout).toBe(`published and read back: ${hub.url}/datasets/${repo}/commit/${head}\n`)
    expect(commits()).toEqual(['initial commit', 'First version'])
    expect(shards()).toEqual((await readManifest(run('dataset'))).files.map(({ path }) => path).sort())
    expect(await wrongAt(hub, repo, head)).toEqual([])
    const card = await fetch(`${hub.url}/datasets/${repo}/resolve/main/README.md`, {
      headers: { authorization: `Bearer ${hub.token}` },
    })
    expect(await card.text()).toMatch(
      /\| run \| `\w+` [0-9a-f]{12} \|\n\| begun \| \d{4}-\d\d-\d\d \|\n\| written \| \d{4}-\d\d-\d\d \|\n\| servers \| .+ \|/,
    )
    expect(stderr + stdout).not.toContain(hub.token)
  })

  test('again does nothing', async () => {
    const { code, stdout } = await push()
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `${repo} (main) is up to date: ${hub.url}/datasets/${repo}/tree/main\n`,
    })
    expect(commits()).toHaveLength(2)
  })

  test('--json gives the report and the progress as lines', async () => {
    const { stdout } = await push(['--json', '--branch', 'next'])
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; data?: object })
    expect(lines.map(({ type }) => type)).toContain('transfer')
    expect(lines.at(-1)).toMatchObject({
      type: 'push',
      data: { repo, revision: 'next', outcome: 'up_to_date' },
    })
    expect(hub.repo(repo)!.branches.has('next')).toBe(true)
  })

  test('a changed dataset of many shards takes the place of the old one, whole at every commit', async () => {
    const changes = { write: { shard_bytes: 3000 } }
    expect(await cli(['write', await recipe(changes)])).toMatchObject({ code: 0 })
    const old = shards()
    expect(await push([], changes)).toMatchObject({ code: 0 })
    expect(shards().length).toBeGreaterThan(100)
    expect(shards().filter((path) => old.includes(path))).toEqual([])
    for (const sha of hub.repo(repo)!.commits.keys()) expect(await wrongAt(hub, repo, sha)).toEqual([])
    const last = [...hub.repo(repo)!.commits.values()].at(-1)!
    expect(last.files.has(old[0]!)).toBe(false)
    expect(hub.repo(repo)!.commits.get(last.parents[0]!)!.files.has(old[0]!)).toBe(true)
  })

  test('--pr opens one pull request, and goes on with it when started again', async () => {
    expect(await cli(['write', await recipe()])).toMatchObject({ code: 0 })
    const before = files()
    expect((await push(['--pr'])).stdout).toContain('pull request 1 of')
    expect((await push(['--pr'])).stdout).toBe(
      `${repo} (refs/pr/1) is up to date: ${hub.url}/datasets/${repo}/tree/refs/pr/1\n`,
    )
    expect(hub.repo(repo)!.pullRequests).toHaveLength(1)
    expect(files()).toEqual(before)
    expect(shards('refs/pr/1')).toHaveLength(3)
  })

  test('--branch publishes beside main', async () => {
    const before = files()
    expect(await push(['--branch', 'next', '--no-verify'])).toMatchObject({ code: 0 })
    expect(files()).toEqual(before)
    expect(shards('next')).toHaveLength(3)
  })
})

/** The command without a process of its own: there are many ways to be refused. */
const publish = async (
  changes: RecipeTree,
  environment: Record<string, string | undefined> = {},
  options: Partial<PushCommandOptions> = {},
): Promise<void> =>
  command(
    await recipe(changes),
    { repo, pr: false, create: false, dryRun: false, xet: false, verify: true, ...options },
    {
      environment: { HF_ENDPOINT: hub.url, HF_TOKEN: hub.token, ...environment },
      cwd: folder.path,
      reporter: createJsonReporter(new PassThrough().resume(), Date.now),
      figures: () => createTally(Date.now).figures(),
      keys: openRedactor(),
      stdin: process.stdin,
      stdout: process.stdout,
      now: Date.now,
      random: Math.random,
    },
  )
const guarded = async (...args: Parameters<typeof publish>): Promise<{ code: number; message: string }> => {
  const before = hub.log.length
  const error = await publish(...args).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(TwinstillError)
  expect(hub.log.slice(before)).toEqual([])
  const { exitCode: code, message } = error as TwinstillError
  return { code, message }
}

describe('nothing is sent', () => {
  test('without a token, and with something that is none', async () => {
    expect(await guarded({}, { HF_TOKEN: '' })).toEqual({
      code: 2,
      message:
        'publishing needs a token that may write; set HF_TOKEN (make one at https://huggingface.co/settings/tokens)',
    })
    const wrong = await guarded({}, { HF_TOKEN: 'my-password-1' })
    expect(wrong.message).toBe(
      'HF_TOKEN holds something that is not a token of the Hub (they begin with hf_); correct it',
    )
  })

  test('to an address that is none', async () => {
    expect((await guarded({}, { HF_ENDPOINT: 'huggingface.co' })).message).toBe(
      'HF_ENDPOINT must be the address of a Hub, such as https://huggingface.co; correct or unset it',
    )
  })

  test('without a repository, and to one that is none', async () => {
    expect(await guarded({}, {}, { repo: undefined })).toEqual({
      code: 2,
      message: 'no repository to publish to; name one with --repo ORG/NAME or `push.repo` in the recipe',
    })
    expect((await guarded({}, {}, { repo: 'small' })).message).toContain(
      '--repo takes an organisation or user and a name',
    )
  })

  test('while the dataset is older than the recipe', async () => {
    expect((await guarded({ write: { title: 'Another' } })).message).toMatch(
      /dataset is not there, damaged or older than the recipe; write it with `npm run distill -- .*`, then push$/,
    )
    expect((await guarded({ pair: { select: 'longest' } })).message).toMatch(
      /^48 of 48 problems are not through yet under the recipe as it stands now; finish the run with/,
    )
  })

  test('when a shard is not what the manifest says', async () => {
    const shard = run('dataset', (await readManifest(run('dataset'))).files[0]!.path)
    const bytes = await readFile(shard)
    const damaged = Buffer.from(bytes)
    damaged[100]! ^= 1
    const { atime, mtime } = await stat(shard)
    await writeFile(shard, damaged)
    // Whoever looks at the date sees it at once, and else the bytes themselves say it.
    expect((await guarded({})).message).toMatch(/dataset is not there, damaged or older than the recipe/)
    await utimes(shard, atime, mtime)
    const { message } = await guarded({})
    await writeFile(shard, bytes)
    await utimes(shard, atime, mtime)
    expect(message).toMatch(/^the dataset is not what its manifest says \(data\/.*: sha256 is /)
  })

  test('when a text holds a key of an endpoint', async () => {
    for await (const row of readParquetRows(run('dataset/data/pairs/train-00000-of-00001.parquet'))) {
      // A key as long as a text that is there for certain.
      const text = String(row['reasoning']).slice(3, 60)
      const endpoints = smallRecipe(teacher.baseUrl)['endpoints'] as Record<string, RecipeTree>
      const changes = { endpoints: { teacher: { ...endpoints['teacher'], api_key_env: 'MY_KEY' } } }
      const { message, code } = await guarded(changes, { MY_KEY: text.trim() })
      expect(code).toBe(1)
      expect(message).toMatch(/^(data\/.*|README\.md) holds the value of MY_KEY.*; nothing was sent/)
      expect(message).not.toContain(text)
      break
    }
  })

  test('when the licence is not known', async () => {
    const card = await readFile(run('dataset/README.md'), 'utf8')
    await writeFile(run('dataset/README.md'), card.replace(/^license: .*$/m, 'license: other'))
    const { message } = await guarded({})
    await writeFile(run('dataset/README.md'), card)
    expect(message).toBe(
      'the card names no licence; find out under which licence it may be published, state it with `write.license` in the recipe and write the dataset again',
    )
  })

  test('before enough pairs are reviewed and accepted', async () => {
    const review = {
      push: { review: { min_reviewed: 3, min_accepted_share: 0.7 }, accept: ['contamination'] },
    }
    const ids: string[] = []
    for await (const row of readParquetRows(run('dataset/data/pairs/train-00000-of-00001.parquet')))
      ids.push(String(row['pair_id']))
    const line = (pair: number, verdict: string, reviewer = 'ada', minute = 10) =>
      `${JSON.stringify({ pair_id: ids[pair] ?? 'gone', verdict, reviewer, at: `2026-01-01T10:${minute}:00Z` })}\n`
    expect((await guarded(review)).message).toContain('0 pairs of the dataset are reviewed in')
    await mkdir(run('reviews'))
    await writeFile(run('reviews/ada.jsonl'), line(0, 'accept') + line(1, 'reject') + line(1e6, 'accept'))
    expect((await guarded(review)).message).toContain('2 pairs of the dataset are reviewed')
    await writeFile(run('reviews/bob.jsonl'), line(2, 'accept', 'bob') + line(0, 'reject', 'bob', 11))
    expect((await guarded(review)).message).toMatch(
      /^1 of 3 reviewed pairs are accepted \(0\.333\), `push\.review\.min_accepted_share` wants 0\.7; improve/,
    )
    await appendFile(run('reviews/bob.jsonl'), line(0, 'accept', 'bob', 12) + line(1, 'maybe', 'bob'))
    expect((await guarded(review)).message).toMatch(/bob\.jsonl:4 is no review: wanted/)
    await writeFile(run('reviews/bob.jsonl'), line(2, 'accept', 'bob'))
    await appendFile(run('reviews/ada.jsonl'), line(1, 'accept', 'ada', 30))
    await publish(review, {}, { dryRun: true })
  })

  test('with a file that readers of the Hub would not find', async () => {
    await cp(run('dataset/README.md'), run('dataset/my notes.md'))
    const error = await publish({}).catch((thrown: unknown) => thrown)
    await rm(run('dataset/my notes.md'))
    const { message } = error as TwinstillError
    expect(message).toContain('"my notes.md" in')
    expect(message).toContain('readers only find names of A-Z a-z 0-9 . _ - /; rename or remove it')
  })
})
