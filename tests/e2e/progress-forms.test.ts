import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ProgressLine } from '../../schemas/progress.ts'
import { interruptedRun } from '../support/interrupted-run.ts'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { runCli, runCommand } from '../support/run-cli.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const cli = fileURLToPath(new URL('../../pipeline/cli.ts', import.meta.url))
const hasScript = spawnSync('script', ['--version']).status === 0

test.skipIf(!hasScript)(
  'a terminal shows a line an arm, a pipe some lines, and each form can be chosen',
  async () => {
    await using run = await interruptedRun()
    const command = `stty cols 80 rows 30; exec '${process.execPath}' '${cli}' distill '${run.recipe}'`
    const drawn = await runCommand('script', ['-qefc', command, '/dev/null'], {
      cwd: run.folder,
      environment: { TERM: 'xterm-256color', CI: '' },
    })
    expect(drawn).toMatchObject({ code: 0 })
    expect(drawn.stdout).toMatch(/ift +\d+\/32 +\d+ +[1-9]\d* /u)
    expect(drawn.stdout).toMatch(/reasoning +32\/32 +100 +0 /u)
    expect(drawn.stdout).toMatch(/in parts +planned/u)
    // The view is drawn over itself, and without colours, which NO_COLOR asks for.
    expect(drawn.stdout).toContain('\u001B[2K')
    // oxlint-disable-next-line no-control-regex -- escapes are what is looked for
    expect(drawn.stdout).not.toMatch(/\u001B\[[\d;]*m/u)
    // The cursor is hidden while it is drawn and shown again.
    expect(drawn.stdout.lastIndexOf('\u001B[?25h')).toBeGreaterThan(drawn.stdout.lastIndexOf('\u001B[?25l'))

    const again = (...args: string[]) => runCli(['distill', run.recipe, ...args], { cwd: run.folder })
    const plain = await again()
    expect(plain.stderr).toMatch(
      /^distill \d+:\d\d {2}answers 64\/64 \(100 %\) {2}shards 1\/1 {2}pairs \d+$/mu,
    )
    expect(plain.stderr).not.toContain('\u001B')
    const off = await again('--progress', 'off')
    expect(off).toMatchObject({ code: 0, stderr: expect.not.stringContaining('answers') })
    expect(off.stdout).toContain('pairs:')
    const json = await again('--json', '--progress', 'off')
    expect(json.stdout).not.toContain('"type":"progress"')
    expect(json.stdout).toContain('"type":"ledger"')
    expect(await again('--progress', 'loud')).toMatchObject({ code: 2 })
  },
)

test('what a run in waves has done, bought and spent never falls', async () => {
  await using folder = await temporaryFolder()
  await using teacher = await simulatedTeacher(
    { rates: { wrong_answer: 0.3 }, first_token_ms: 400 },
    join(folder.path, 'teacher.jsonl'),
  )
  const price = { input: 1, output: 4, date: '2026-11-01' }
  const recipe = await writeRecipe(
    folder.path,
    smallRecipe(teacher.baseUrl, {
      problems: { builtin: { count: 60, seed: 1 }, per_shard: 20 },
      endpoints: { teacher: { base_url: teacher.baseUrl, dialect: 'vllm', max_in_flight: 16, price } },
      generate: { probe: 'never' },
      select: { pairs: 24 },
    }),
  )
  const { code, stderr } = await runCli(['distill', recipe, '--progress', 'json'], { cwd: folder.path })
  expect({ code, stderr }).toMatchObject({ code: 0 })
  const lines = stderr
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ProgressLine.parse(JSON.parse(line)))
  const waves = lines.filter((line) => line.type === 'note' && /^wave \d+:/u.test(line.text))
  expect(waves.length).toBeGreaterThan(1)
  const seen = lines.filter((line) => line.type === 'progress')
  for (const [index, now] of seen.entries()) {
    const before = seen[index - 1]
    if (!before) continue
    for (const figure of ['samples', 'samples_total', 'completion_tokens', 'cost_usd', 'pairs'] as const)
      expect([figure, now[figure]]).toEqual([figure, Math.max(now[figure], before[figure])])
  }
  const last = seen.at(-1)!
  expect(last.samples).toBe(last.samples_total)
  expect(last.budget!.spent_usd).toBeCloseTo(last.cost_usd)
})
