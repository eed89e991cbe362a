import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSession, type Session } from '../../store/session/session.ts'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { runCli, type CliResult } from '../support/run-cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/* One run folder, on which this test is a worker beside those that it starts. */
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let session: Session
let recipe: string
const simulated = { builtin: { count: 8, seed: 1 }, per_shard: 4 }

const distill = (path: string, ...more: string[]): Promise<CliResult> =>
  runCli(['distill', path, '--run', 'run', ...more], { cwd: folder.path })

beforeAll(async () => {
  folder = await temporaryFolder()
  recipe = await writeRecipe(folder.path, smallRecipe('simulated', { problems: simulated }))
  const problems = await runCli(['problems', recipe, '--run', 'run'], { cwd: folder.path })
  expect(problems).toMatchObject({ code: 0 })
  session = await openSession(join(folder.path, 'run'), { shared: true })
  await session.leaveBooks()
})
afterAll(async () => {
  await session.end()
  await folder[Symbol.asyncDispose]()
})

test('a worker with another recipe or other problems is refused before it writes anything', async () => {
  const written = await readFile(join(folder.path, 'run/run.json'), 'utf8')
  const other = await writeRecipe(
    folder.path,
    smallRecipe('simulated', { problems: simulated, seed: 7, generate: { shards_open: 1 } }),
    'other.yaml',
  )
  expect(await distill(other, '--shard', '1/2')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/began with other recipe \(seed\) than this one has/) as unknown,
  })
  expect(await readFile(join(folder.path, 'run/run.json'), 'utf8')).toBe(written)
})

test('what only one process can see as a whole, and a worker that is none, are refused', async () => {
  for (const wrong of ['2/2', '1', '-1/2', '1/2/3'])
    expect(await distill(recipe, '--shard', wrong)).toMatchObject({ code: 2 })
  const selecting = await writeRecipe(
    folder.path,
    smallRecipe('simulated', { problems: simulated, select: { pairs: 4 } }),
    'selecting.yaml',
  )
  expect(await distill(selecting, '--shard', '0/2')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--shard does not go with `select`') as unknown,
  })
  expect(await distill(recipe)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('is in use by process') as unknown,
  })
})

test('with --no-wait a worker leaves what others have to them, and the dataset comes with the last', async () => {
  const claim = (await session.claimShard(0, { number: 9, rest: 'test' }))!
  const left = await distill(recipe, '--shard', '1/2', '--no-wait')
  expect(left).toMatchObject({
    code: 0,
    stderr: expect.stringContaining(
      'other workers are at work on a shard, and nothing else is left',
    ) as unknown,
  })
  expect(await readdir(join(folder.path, 'run/pairs'))).toEqual(['part-00001.parquet'])
  await claim.release()
  const last = await distill(recipe, '--shard', '0/2')
  expect(last).toMatchObject({ code: 0, stderr: expect.stringContaining('wrote') as unknown })
  const names = await readdir(join(folder.path, 'run'))
  expect(names).toContain('ledger.json')
  expect(names.filter((name) => name.startsWith('events-'))).toHaveLength(2)
  expect(names.filter((name) => name.endsWith('.tmp'))).toEqual([])
})
