import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Ledger } from '../../schemas/ledger.ts'
import { ProgressFile, ProgressLine } from '../../schemas/progress.ts'
import { interruptedRun } from '../support/interrupted-run.ts'
import { runCli, startCli } from '../support/run-cli.ts'

const linesOf = (text: string): unknown[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown)

test('progress as JSON lines follows its schema and ends with what the ledger says; another process sees the same', async () => {
  await using run = await interruptedRun()
  const { ended } = startCli(['distill', run.recipe, '--progress', 'json'], { cwd: run.folder })
  await run.asked(8)
  const watched = await runCli(['status', run.recipe, '--watch', '--json'], { cwd: run.folder })
  const { code, stderr, stdout } = await ended
  expect({ code, stderr }).toMatchObject({ code: 0 })
  expect(stdout).toContain('pairs:')

  const lines = linesOf(stderr).map((line) => ProgressLine.parse(line))
  expect(lines[0]).toMatchObject({ type: 'start', samples: 64, arms: { ift: 32, reasoning: 32 } })
  const progress = lines.filter((line) => line.type === 'progress')
  expect(progress.some(({ arms }) => arms.length === 2 && arms.every((arm) => arm.in_flight > 0))).toBe(true)
  const last = progress.at(-1)!
  const ledger = Ledger.parse(
    JSON.parse(await readFile(join(run.folder, 'runs', 'small', 'ledger.json'), 'utf8')),
  )
  for (const arm of last.arms) {
    const out = (stage: string): number =>
      ledger.samples.find((row) => row.arm === arm.arm && row.stage === stage)!.out
    expect(arm.finished).toMatchObject({
      planned: out('planned'),
      answered: out('answered'),
      parsed: out('parsed'),
      verified: out('verified'),
      kept: out('kept'),
      paired: out('paired'),
    })
    const spend = ledger.spend.find((row) => row.arm === arm.arm)!
    const { requests, prompt_tokens, completion_tokens } = spend
    expect(arm).toMatchObject({ samples: 32, in_flight: 0, requests, prompt_tokens, completion_tokens })
  }
  expect(last.pairs).toBe(ledger.pairs.paired)

  expect(watched).toMatchObject({ code: 0 })
  const seen = linesOf(watched.stdout) as { type: string; data?: unknown }[]
  const { type: _type, at: _at, elapsed_seconds: _elapsed, ...figures } = last
  expect(seen.findLast(({ type }) => type === 'progress')).toMatchObject(figures)
  expect(Ledger.parse(seen.at(-1)!.data)).toEqual(ledger)
})

test('a run that was killed is told, on this machine at once and on another by a file that does not change', async () => {
  await using run = await interruptedRun()
  const { child, ended } = startCli(['distill', run.recipe], { cwd: run.folder })
  await run.asked(8)
  child.kill('SIGKILL')
  await ended
  const watch = () => runCli(['status', run.recipe, '--watch'], { cwd: run.folder })
  expect(await watch()).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /process \d+ on \S+ is gone without an end[^]*did not come to its end\n.*distill/u,
    ),
  })

  const folder = join(run.folder, 'runs', 'small', 'progress')
  const names = await readdir(folder)
  expect(names).toHaveLength(1)
  const path = join(folder, names[0]!)
  const text = await readFile(path, 'utf8')
  expect(text).not.toContain(run.folder)
  const file = ProgressFile.parse(JSON.parse(text))
  await writeFile(
    path,
    JSON.stringify({ ...file, every_ms: 20, process: { ...file.process, host: 'elsewhere' } }),
  )
  expect(await watch()).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('on elsewhere has not moved'),
  })

  await writeFile(path, JSON.stringify({ ...file, state: 'stopped' }))
  expect(await watch()).toMatchObject({ code: 3, stderr: expect.stringContaining('the run was stopped') })

  await writeFile(path, JSON.stringify({ ...file, format: 2 }))
  expect(await watch()).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/form of another version[^]*no process works on this run/u),
  })
})
