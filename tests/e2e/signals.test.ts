import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { interruptedRun } from '../support/interrupted-run.ts'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { runCli, startCli } from '../support/run-cli.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/* The chaos suite goes through all of them. */
const all = [
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGXCPU',
  'SIGALRM',
  'SIGPWR',
] as const
const signals = process.env['ALL_SIGNALS'] ? all : (['SIGHUP', 'SIGUSR2'] as const)

test.each(signals)('at %s what is in flight is waited for, and nothing is bought twice', async (signal) => {
  await using run = await interruptedRun()
  const { child, ended } = startCli(['distill', run.recipe], { cwd: run.folder })
  await run.asked(8)
  child.kill(signal)
  const { code, stderr } = await ended
  expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining(`(${signal})`) })
  expect(await run.goOn()).toMatchObject({ code: 0 })
  const twice = await run.boughtTwice()
  console.log(`${signal}: exit code ${code}, ${twice} requests bought twice`)
  expect(twice).toBe(0)
})

test('a terminal that hangs up more than once gives nothing up, and a run whose output nobody reads goes on', async () => {
  await using run = await interruptedRun()
  const { child, ended } = startCli(['distill', run.recipe], { cwd: run.folder })
  await run.asked(8)
  child.stdout!.destroy()
  child.stderr!.destroy()
  for (const signal of ['SIGHUP', 'SIGHUP', 'SIGUSR2', 'SIGQUIT'] as const) child.kill(signal)
  expect(await ended).toMatchObject({ code: 3 })
  expect(await run.goOn()).toMatchObject({ code: 0 })
  expect(await run.boughtTwice()).toBe(0)
})

test('when the time of grace is over a worker gives up what has not come, gives its shards back and ends with 3; the next one waits for nobody', async () => {
  await using folder = await temporaryFolder()
  const log = join(folder.path, 'slow.jsonl')
  await using slow = await simulatedTeacher({ first_token_ms: 120_000 }, log)
  await using quick = await simulatedTeacher({}, join(folder.path, 'quick.jsonl'))
  const recipeFor = (baseUrl: string): Promise<string> =>
    writeRecipe(
      folder.path,
      smallRecipe(baseUrl, {
        problems: { builtin: { count: 4, seed: 1 }, per_shard: 4 },
        generate: { probe: 'never' },
      }),
    )
  const options = { cwd: folder.path, environment: { TWINSTILL_LEASE_SECONDS: '600' } }
  const args = ['distill', '--run', 'run', '--shard', '0/1', '--grace', '1']
  const { child, ended } = startCli([...args, await recipeFor(slow.baseUrl)], options)
  const asked = async (): Promise<number> =>
    (await readFile(log, 'utf8').catch(() => '')).split('\n').length - 1
  while ((await asked()) < 16 && child.exitCode === null) await sleep(20)
  child.kill('SIGTERM')
  const { code, stderr } = await ended
  expect({ code, stderr }).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('(SIGTERM), and the 1 s of --grace are over') as unknown,
  })
  const leases = join(folder.path, 'run/leases/00000')
  const last = (await readdir(leases)).toSorted().at(-1)!
  expect(JSON.parse(await readFile(join(leases, last), 'utf8'))).toMatchObject({ type: 'release' })
  const next = await runCli([...args, await recipeFor(quick.baseUrl)], options)
  expect(next).toMatchObject({ code: 0, stderr: expect.stringContaining('wrote') as unknown })
})
