import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { readParquetRows } from '../../store/parquet/read.ts'
import { folderDigest } from '../support/folder-digest.ts'
import { startHub, type Hub } from '../../simulators/hub/start.ts'
import { jsonLines, madeProblems, problemsParquet, pushDataset, sent } from '../support/hub-dataset.ts'
import { writeRecipe, type RecipeTree } from '../support/recipe-file.ts'
import { runCli, startCli, type CliResult } from '../support/run-cli.ts'
import { scriptedEndpoint } from '../support/scripted-endpoint.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let hub: Hub
beforeEach(async () => {
  folder = await temporaryFolder()
  hub = await startHub({ folder: join(folder.path, 'hub'), regularLimit: 1000 })
})
afterEach(async () => {
  await hub.close()
  await folder[Symbol.asyncDispose]()
})

const repo = 'demo-org/sums'
const train = 'data/train-00000-of-00001.parquet'
const card = '---\nlicense: cc-by-4.0\n---\n'
const arm = { role: 'ift', teacher: 'generic', mode: 'non_thinking', model: 'm', endpoint: 'teacher' }

function recipe(problems: object, baseUrl = 'http://127.0.0.1:1/v1'): Promise<string> {
  const tree: RecipeTree = {
    name: 'sums',
    generate: { probe: 'never' },
    problems: { hub: repo, ...problems },
    endpoints: { teacher: { base_url: baseUrl, retries: 0 } },
    arms: { ift: arm },
  }
  return writeRecipe(folder.path, tree)
}

function environment(): Record<string, string> {
  return { HF_ENDPOINT: hub.url, HF_TOKEN: hub.token }
}

/** Runs a command; the Hub's address is taken out of what it says. */
async function run(command: string, path: string): Promise<CliResult> {
  const result = await runCli([command, path], { cwd: folder.path, environment: environment() })
  return { ...result, stderr: result.stderr.replaceAll(hub.url, 'HUB') }
}

const runFolder = (): string => join(folder.path, 'runs', 'sums')

async function problemRows(): Promise<Record<string, unknown>[]> {
  const parts = (await readdir(join(runFolder(), 'problems'))).filter((name) => name.endsWith('.parquet'))
  const rows = await Promise.all(
    parts.sort().map((name) => Array.fromAsync(readParquetRows(join(runFolder(), 'problems', name)))),
  )
  return rows.flat()
}

async function pins(): Promise<unknown> {
  const record = JSON.parse(await readFile(join(runFolder(), 'run.json'), 'utf8')) as { pins?: unknown }
  return record.pins
}

test('a private set goes all the way to a dataset, at the commit that the run was begun with', async () => {
  await using teacher = await scriptedEndpoint(({ message }) => {
    const number = Number(/is (\d+) plus/.exec(message)?.[1])
    return `\\boxed{${2 * number}}`
  })
  const file = await problemsParquet(madeProblems(600))
  const first = await pushDataset(hub, repo, { 'README.md': card, [train]: file }, { isPrivate: true })
  const path = await recipe({ limit: 40, fields: { answer: 'answer' } }, teacher.baseUrl)

  const begun = await run('problems', path)

  expect(begun).toMatchObject({ code: 0 })
  expect(begun.stderr).toContain(
    `reading ${repo}, configuration default, split train, at commit ${first.slice(0, 12)}: 1 file of 1.60 MB`,
  )
  expect(await pins()).toEqual({ [`${repo}@main`]: first })
  expect(await readdir(runFolder())).not.toContain('problems.hub')
  const rows = await problemRows()
  expect(rows).toHaveLength(40)
  expect(rows.find((row) => row['source_id'] === 'p7')).toMatchObject({
    prompt: 'What is 7 plus 7?',
    answers: ['14'],
    source: repo,
    license: 'cc-by-4.0',
  })
  expect(sent(hub, 'get-object').bytes).toBeLessThan(file.length / 10)

  const second = await pushDataset(hub, repo, { [train]: await problemsParquet(madeProblems(50, 1000)) })
  const loaded = sent(hub, 'get-object')
  const whole = await run('distill', path)

  expect(whole).toMatchObject({ code: 0 })
  expect(whole.stderr).toContain(
    `main of ${repo} has moved to ${second.slice(0, 12)}; this run stays at the commit ${first.slice(0, 12)} that it was begun with, and a new one (--run) reads the new rows`,
  )
  expect(whole.stderr).not.toContain(hub.token)
  expect(sent(hub, 'get-object')).toEqual(loaded)
  expect(await problemRows()).toEqual(rows)
  expect(teacher.requests).toHaveLength(40)
  const [shard] = await readdir(join(runFolder(), 'dataset', 'data', 'ift'))
  const written = await Array.fromAsync(
    readParquetRows(join(runFolder(), 'dataset', 'data', 'ift', shard!), { columns: ['source', 'license'] }),
  )
  expect(written).toEqual(Array.from({ length: 40 }, () => ({ source: repo, license: 'cc-by-4.0' })))

  // The commit by its own name is the same set, also without the Hub.
  const parts = await folderDigest(join(runFolder(), 'problems'))
  await hub.close()
  const offline = await run('problems', path)
  expect(offline).toMatchObject({ code: 0 })
  expect(offline.stderr).toContain(`it could not be seen whether ${repo} has changed; this run stays at`)
  expect(await folderDigest(join(runFolder(), 'problems'))).toEqual(parts)
})

test('killed in the middle, the next start loads only what is missing, of the same commit', async () => {
  const made = madeProblems(1200)
  const first = await pushDataset(hub, repo, { [train]: await problemsParquet(made, 100) })
  const path = await recipe({ fields: { prompt: 'solution', answer: 'answer' } })
  hub.fault({ name: 'slow-body', on: 'get-object', after: 7, times: 100 })
  const { child, ended } = startCli(['problems', path], { cwd: folder.path, environment: environment() })
  const objects = (): number => hub.log.filter(({ kind }) => kind === 'get-object').length
  await vi.waitFor(() => expect(objects()).toBeGreaterThan(7), { timeout: 60_000 })
  child.kill('SIGKILL')
  expect((await ended).signal).toBe('SIGKILL')
  hub.clearFaults()
  await pushDataset(hub, repo, { [train]: await problemsParquet(madeProblems(5)) })
  const before = objects()

  const second = await run('problems', path)

  expect(second).toMatchObject({ code: 0 })
  expect(await pins()).toEqual({ [`${repo}@main`]: first })
  const rows = await problemRows()
  expect(rows.map((row) => String(row['prompt'])).toSorted()).toEqual(
    made.map(({ solution }) => solution).toSorted(),
  )
  // The footer and a piece of each of twelve row groups, of which seven had come before the kill.
  expect(objects() - before).toBe(13 - 7)
})

test('a set that failed half-way keeps its commit; a mistake leaves nothing behind', async () => {
  const rows = madeProblems(30)
  const first = await pushDataset(hub, repo, { 'train.jsonl': jsonLines(rows) })
  const path = await recipe({ fields: { id: 'id' } })
  hub.fault({ name: 'wrong-oid', on: 'tree' })
  const failed = await run('problems', path)
  expect(failed.code).toBe(1)
  expect(failed.stderr).toContain('train.jsonl came with another content than the Hub lists for it')

  await pushDataset(hub, repo, { 'train.jsonl': jsonLines(rows.slice(0, 3)) })
  expect(await run('problems', path)).toMatchObject({ code: 0 })
  expect(await pins()).toEqual({ [`${repo}@main`]: first })
  expect(await problemRows()).toHaveLength(30)

  await pushDataset(hub, 'demo-org/other', { [train]: await problemsParquet(rows) })
  const wrong = await writeRecipe(
    folder.path,
    {
      name: 'wrong',
      problems: { hub: 'demo-org/other', fields: { answer: 'answr' } },
      endpoints: { teacher: { base_url: 'http://127.0.0.1:1/v1' } },
      arms: { ift: arm },
    },
    'wrong.yaml',
  )
  expect(await run('problems', wrong)).toMatchObject({
    code: 2,
    stderr:
      'error: problems.fields.answer: the dataset demo-org/other has no column "answr"; did you mean "answer"?; it has id, problem, answer, solution, notes\n',
  })
  expect(await readdir(join(folder.path, 'runs'))).toEqual(['sums'])
})

test('rows without ids are named by their place, and stated values win over the card', async () => {
  await pushDataset(hub, repo, {
    'README.md': card,
    'test.csv': 'question,answer,source\nWhat is 1 plus 1?,2,somewhere\nWhat is 2 plus 2?,4,elsewhere\n',
  })
  const path = await recipe({ split: 'test', defaults: { license: 'mit' } })
  expect(await run('problems', path)).toMatchObject({ code: 0 })
  const rows = await problemRows()
  expect(
    rows
      .map((row) => `${String(row['source'])} ${String(row['source_id'])} ${String(row['license'])}`)
      .toSorted(),
  ).toEqual([`${repo} default/test/0 mit`, `${repo} default/test/1 mit`])
})
