import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { runCli, type CliResult } from '../support/run-cli.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/* One teacher and one finished run, which every test harms in its own way and finds whole. */
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let teacher: Awaited<ReturnType<typeof simulatedTeacher>>
let recipe: string
let log: string
const cli = (...args: string[]): Promise<CliResult> => runCli(args, { cwd: folder.path })
const run = (...names: string[]): string => join(folder.path, 'runs/small', ...names)
const requests = async (): Promise<number> => (await readFile(log, 'utf8')).split('\n').length

beforeAll(async () => {
  folder = await temporaryFolder()
  log = join(folder.path, 'teacher.jsonl')
  teacher = await simulatedTeacher({}, log)
  const problems = { builtin: { count: 12, seed: 1 }, per_shard: 6 }
  recipe = await writeRecipe(folder.path, smallRecipe(teacher.baseUrl, { problems }))
  expect(await cli('distill', recipe)).toMatchObject({ code: 0 })
})
afterAll(async () => {
  await teacher[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

/** The first journal file of a shard. */
async function journalFile(shard: string): Promise<string> {
  const attempts = (await readdir(run('journal/generate', shard))).sort()
  return run('journal/generate', shard, attempts[0]!, '0001.jsonl')
}

test('a run.json that is deleted or damaged is taken from its copy, and nothing is asked again', async () => {
  const before = await requests()
  const text = await readFile(run('run.json'), 'utf8')
  const harms = [
    () => rm(run('run.json')),
    () => writeFile(run('run.json'), text.replace('"shards": 2', '"shards": 3')),
    () => writeFile(run('run.json'), ''),
  ]
  for (const harm of harms) {
    await harm()
    const { code, stderr } = await cli('distill', recipe)
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('goes on with the copy that lies with its journal'),
    })
    expect(await readFile(run('run.json'), 'utf8')).toBe(text)
  }
  expect(await requests()).toBe(before)
})

test('without any record of the run nobody is told to begin in another folder', async () => {
  const text = await readFile(run('run.json'), 'utf8')
  await rm(run('run.json'))
  await rm(run('journal/run.json'))
  const { code, stderr } = await cli('distill', recipe)
  expect({ code, stderr }).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/run\.json is gone; restore it from a backup, because in another folder/),
  })
  await writeFile(run('run.json'), text)
})

test('a damaged line ends the start before anything is asked, and is asked again only after --set-aside', async () => {
  const file = await journalFile('00001')
  const bytes = await readFile(file)
  const at = bytes.indexOf('"type":"answered"')
  const damaged = Buffer.from(bytes)
  damaged.fill('#', at + 200, at + 204)
  await writeFile(file, damaged)
  await rm(run('traces/part-00001.parquet'))
  const before = await requests()

  const stopped = await cli('distill', recipe)
  expect(stopped).toMatchObject({ code: 1 })
  expect(stopped.stderr).toMatch(/0001\.jsonl:\d+: this journal line is damaged .*; it held an answer about/)
  const named = await cli('repair', recipe)
  expect(named).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/1 places of the journal are damaged/),
  })
  expect(await requests()).toBe(before)

  expect(await cli('repair', recipe, '--set-aside')).toMatchObject({ code: 0 })
  expect(await cli('distill', recipe)).toMatchObject({ code: 0 })
  expect((await requests()) - before).toBe(1)
})

test('a single wrong bit is mended by `repair` and nothing is asked again', async () => {
  const file = await journalFile('00000')
  const bytes = await readFile(file)
  const damaged = Buffer.from(bytes)
  damaged[bytes.indexOf('"type":"answered"') + 150]! ^= 4
  await writeFile(file, damaged)
  await rm(run('traces/part-00000.parquet'))
  const before = await requests()
  expect(await cli('repair', recipe)).toMatchObject({ code: 0 })
  expect(await readFile(file)).toEqual(bytes)
  expect(await cli('distill', recipe)).toMatchObject({ code: 0 })
  expect(await requests()).toBe(before)
})

test('starts are read in the order in which they were made, whatever the clock says', async () => {
  const kinds = await readdir(run('journal/generate/00001'))
  const starts = kinds.filter((name) => name.startsWith('start-')).sort()
  // The second start asked for what was set aside; its clock is put back by a century.
  expect(starts).toHaveLength(2)
  const [number] = /^start-\d+-/.exec(starts[1]!)!
  await rename(
    run('journal/generate/00001', starts[1]!),
    run('journal/generate/00001', `${number}19260101T000000.000Z-0`),
  )
  const before = await requests()
  await rm(run('traces/part-00001.parquet'))
  expect(await cli('distill', recipe)).toMatchObject({ code: 0 })
  expect(await requests()).toBe(before)
})

test.each([
  ['a part', 'traces/part-00000.parquet'],
  ['the record of the run', 'run.json'],
])('a folder in the place of %s is repaired or one line, and nothing is asked again', async (_what, path) => {
  const before = await requests()
  const bytes = await readFile(run(path))
  await rm(run(path))
  await mkdir(run(path))
  const { code, stderr } = await cli('distill', recipe)
  if (code !== 0) {
    expect(code).toBe(1)
    expect(stderr).not.toMatch(/\n\s+at /)
    expect(stderr).toContain(path)
    await rm(run(path), { recursive: true })
    await writeFile(run(path), bytes)
    expect(await cli('distill', recipe)).toMatchObject({ code: 0 })
  }
  expect(await requests()).toBe(before)
})

test('a card that is damaged, gone or a folder is named by push, and write makes it again for nothing', async () => {
  const before = await requests()
  const card = run('dataset/README.md')
  const whole = await readFile(card, 'utf8')
  const harms: [string, () => Promise<unknown>][] = [
    ['cut', () => writeFile(card, whole.slice(0, 100))],
    ['other bytes', () => writeFile(card, Buffer.from([0, 255, 27, 91, 51, 49, 109]))],
    ['an alias within itself', () => writeFile(card, '---\na: &a [*a]\n---\n')],
    ['gone', () => rm(card)],
    ['a folder', () => rm(card).then(() => mkdir(card))],
  ]
  for (const [name, harm] of harms) {
    await harm()
    const pushed = await runCli(['push', recipe, '--repo', 'org/x', '--dry-run'], {
      cwd: folder.path,
      environment: { HF_ENDPOINT: 'http://127.0.0.1:1', HF_TOKEN: 'hf_MadeUpTokenOfThisTest' },
    })
    const said = { name, ...pushed }
    expect(said.code).not.toBe(0)
    expect(said).toMatchObject({ stderr: expect.stringMatching(/^error: [^\n]*$/mu) })
    expect(said.stderr).not.toMatch(/\n\s+at /u)
    await rm(card, { recursive: true, force: true })
    const written = await cli('write', recipe)
    expect({ code: written.code, stderr: written.code === 0 ? '' : written.stderr }).toEqual({
      code: 0,
      stderr: '',
    })
    expect(await readFile(card, 'utf8')).toBe(whole)
  }
  expect(await requests()).toBe(before)
})

test('what would make write fail is found before anything is asked', async () => {
  const before = await requests()
  expect(await cli('problems', recipe, '--run', 'blocked')).toMatchObject({ code: 0 })
  await writeFile(join(folder.path, 'blocked/dataset'), 'a file')
  const { code, stderr } = await cli('distill', recipe, '--run', 'blocked')
  expect({ code, stderr }).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is a file where the folder of the dataset belongs; move it away'),
  })
  expect(await requests()).toBe(before)
})

test('an attempt whose folder is deleted as a whole is named before anything is asked', async () => {
  const before = await requests()
  const file = await journalFile('00000')
  const attempt = file.slice(0, -'/0001.jsonl'.length)
  await rename(attempt, run('aside'))
  await rm(run('traces/part-00000.parquet'))
  const stopped = await cli('distill', recipe)
  expect(stopped).toMatchObject({ code: 1 })
  expect(stopped.stderr).toMatch(
    /start-[^\n]*: \d+ bytes of this journal are gone since it was closed; nothing is asked/u,
  )
  expect(await cli('repair', recipe)).toMatchObject({ code: 1 })
  expect(await requests()).toBe(before)
  await rename(run('aside'), attempt)
  expect(await cli('distill', recipe)).toMatchObject({ code: 0 })
  expect(await requests()).toBe(before)

  await rename(attempt, run('aside'))
  expect(await cli('repair', recipe, '--set-aside')).toMatchObject({ code: 0 })
  await rm(run('traces/part-00000.parquet'))
  expect(await cli('distill', recipe)).toMatchObject({ code: 0 })
  expect(await requests()).toBeGreaterThan(before)
})
