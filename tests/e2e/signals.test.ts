import { expect, test } from 'vitest'
import { interruptedRun } from '../support/interrupted-run.ts'
import { startCli } from '../support/run-cli.ts'

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
