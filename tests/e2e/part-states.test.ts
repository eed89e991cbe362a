import { copyFile, cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { runCli, startCli, type CliResult } from '../support/run-cli.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/* What is known of the parts of a finished run is kept in `part-states.json`, and must never be believed against the parts. */
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let teacher: Awaited<ReturnType<typeof simulatedTeacher>>
let recipe: string
const problems = { builtin: { count: 12, seed: 1 }, per_shard: 3 }
const run = (...names: string[]): string => join(folder.path, 'runs/small', ...names)
const states = (): string => run('part-states.json')
const part = (kind: string, shard: number): string => run(kind, `part-0000${shard}.parquet`)
const decisions = (): Promise<Buffer[]> =>
  Promise.all([0, 1, 2, 3].map((shard) => readFile(part('decisions', shard))))
const cli = (...args: string[]): Promise<CliResult> => runCli(args, { cwd: folder.path })

/** What a command tells of the ledger. */
async function status(): Promise<string> {
  const { code, stdout, stderr } = await cli('status', recipe, '--json')
  expect({ code, stderr }).toMatchObject({ code: 0 })
  return stdout.replaceAll(/"at":\d+,/g, '')
}

async function statusWithout(): Promise<string> {
  await rm(states(), { force: true })
  return status()
}

beforeAll(async () => {
  folder = await temporaryFolder()
  teacher = await simulatedTeacher({}, join(folder.path, 'teacher.jsonl'))
  recipe = await writeRecipe(folder.path, smallRecipe(teacher.baseUrl, { problems }))
  expect(await cli('distill', recipe)).toMatchObject({ code: 0 })
  // Parts that were written just now are not written down yet.
  expect(await cli('distill', recipe)).toMatchObject({ code: 0 })
  await cp(run(), join(folder.path, 'whole'), { recursive: true })
})
afterAll(async () => {
  await teacher[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

test('a finished run has the states of all parts in one file, and a start that does nothing leaves it as it is', async () => {
  const text = await readFile(states(), 'utf8')
  const kinds = Object.keys(JSON.parse(text.split('\n')[1]!) as object).map((path) => path.split('/')[0])
  expect(kinds.filter((kind) => kind === 'traces')).toHaveLength(4)
  expect(new Set(kinds)).toEqual(new Set(['problems', 'traces', 'verdicts', 'decisions', 'pairs']))
  expect(await cli('distill', recipe)).toMatchObject({ code: 0 })
  expect(await readFile(states(), 'utf8')).toBe(text)
})

test('damaged, torn, empty, of another version or gone: the footers are read again', async () => {
  const text = await readFile(states(), 'utf8')
  const wanted = await status()
  const harms = [
    text.replace('"rows":6', '"rows":7'),
    text.replaceAll(/"kept":\d+/g, '"kept":99'),
    text.slice(0, -200),
    text.slice(65),
    '',
    '{}\n',
  ]
  for (const harm of harms) {
    await writeFile(states(), harm)
    expect(await status()).toBe(wanted)
  }
  expect(await statusWithout()).toBe(wanted)
  expect(await cli('distill', recipe)).toMatchObject({ code: 0 })
  expect(await status()).toBe(wanted)
})

test('a part that was harmed, replaced or removed since is seen', async () => {
  const known = await readFile(states())
  const harms = [
    () => rm(part('pairs', 1)),
    () => writeFile(part('decisions', 2), ''),
    // In place and of the same size, so that only the times tell.
    async () => {
      const bytes = await readFile(part('verdicts', 0))
      await writeFile(part('verdicts', 0), bytes.fill(0, bytes.length - 40, bytes.length - 8))
    },
    () => copyFile(part('decisions', 1), part('decisions', 3)),
  ]
  for (const harm of harms) {
    await harm()
    const seen = await status()
    await writeFile(states(), known)
    expect(await status()).toBe(seen)
    expect(await statusWithout()).toBe(seen)
    await writeFile(states(), known)
  }
  expect(await cli('distill', recipe)).toMatchObject({ code: 0 })
  for (const kind of ['verdicts', 'decisions', 'pairs'])
    for (const shard of [0, 1, 2, 3])
      expect(await readFile(part(kind, shard))).toEqual(
        await readFile(join(folder.path, 'whole', kind, `part-0000${shard}.parquet`)),
      )
})

test('a start that is killed, and looks from beside, leave nothing wrong behind', async () => {
  const wanted = await status()
  await writeRecipe(
    folder.path,
    smallRecipe(teacher.baseUrl, { problems, filter: { length: { thinking: { total: { max: 300 } } } } }),
  )
  for (const wait of [900, 1300, 1700]) {
    const { child, ended } = startCli(['distill', recipe], { cwd: folder.path })
    const beside = Promise.all([cli('status', recipe), cli('status', recipe)])
    await sleep(wait)
    child.kill('SIGKILL')
    await ended
    for (const { code, stderr } of await beside) expect({ code, stderr }).toMatchObject({ code: 0 })
    const seen = await status()
    expect(await statusWithout()).toBe(seen)
  }
  expect(await cli('distill', recipe)).toMatchObject({ code: 0 })
  expect(await status()).not.toBe(wanted)
  await writeRecipe(folder.path, smallRecipe(teacher.baseUrl, { problems }))
  expect(await cli('distill', recipe)).toMatchObject({ code: 0 })
  expect(await status()).toBe(wanted)
})

test('what filters found before is not believed when it is damaged or of other answers', async () => {
  const found = (shard: number): string => run('found', `part-0000${shard}.bin`)
  const wanted = await decisions()
  const bytes = await readFile(found(0))
  const middle = bytes.length >> 1
  await writeFile(
    found(0),
    Buffer.concat([bytes.subarray(0, middle), Buffer.from('#'), bytes.subarray(middle + 1)]),
  )
  await writeFile(found(1), bytes)
  await writeFile(found(2), bytes.subarray(0, middle))
  await rm(found(3))
  await rm(run('decisions'), { recursive: true })
  expect(await cli('filter', recipe)).toMatchObject({ code: 0 })
  expect(await decisions()).toEqual(wanted)
})
