import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli } from '../support/run-cli.ts'
import { folderDigest } from '../support/folder-digest.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

type Range = { low: number; expected: number; high: number }
type Plan = {
  ahead: { problems: number; arms: { samples: number; most_usd: number | null }[] }
  pilot?: {
    forecast: Record<'requests' | 'tokens' | 'pairs' | 'seconds', Range> & {
      pilot: number
      usd: Range | null
    }
    losses: { pairs: { problems: number; paired: number } }
    limits: { value: number; pairs: number }[]
    samples: { value: number; pairs: number }[]
  }
}

const price = { input: 0.2, output: 0.8, date: '2026-01-01' }

function planOf(stdout: string): Plan {
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; data: Plan })
  return lines.find(({ type }) => type === 'plan')!.data
}

/** Requests for answers, as the teacher counts them. */
async function askedOf(log: string): Promise<string[]> {
  return (await readFile(log, 'utf8')).split('\n').filter((line) => line !== '')
}

test('a pilot forecasts a run, whose dataset and requests are those of a run without it', async () => {
  await using folder = await temporaryFolder()
  const log = join(folder.path, 'teacher.jsonl')
  await using teacher = await simulatedTeacher({ problems: { seed: 1, limit: 48 } }, log)
  const endpoints = { teacher: { base_url: teacher.baseUrl, dialect: 'vllm', max_in_flight: 16, price } }
  const recipe = await writeRecipe(folder.path, smallRecipe('', { endpoints }))
  const run = (...args: string[]) => runCli([args[0]!, recipe, ...args.slice(1)], { cwd: folder.path })

  const ahead = await run('plan', '--run', 'planned', '--json')
  expect(ahead.code).toBe(0)
  const bounds = planOf(ahead.stdout)
  expect(bounds.pilot).toBeUndefined()
  expect(bounds.ahead).toMatchObject({ problems: 48, arms: [{ samples: 96 }, { samples: 96 }] })
  expect(await askedOf(log)).toEqual([])

  const planned = await run('plan', '--run', 'planned', '--pilot', '12', '--json')
  expect(planned.code).toBe(0)
  const { forecast, losses, limits, samples } = planOf(planned.stdout).pilot!
  expect(forecast.pilot).toBe(12)
  expect(forecast.requests.expected).toBeCloseTo(192, 6)
  expect(losses.pairs.problems).toBe(12)
  expect(limits.at(-1)!.pairs).toBe(losses.pairs.paired)
  expect(samples.map(({ value }) => value)).toEqual([1, 2])
  expect(limits.every(({ pairs }) => pairs <= losses.pairs.paired)).toBe(true)
  const ofPilot = (await askedOf(log)).length

  const again = await run('plan', '--run', 'planned', '--pilot', '12')
  expect(again.stdout).toContain('forecast from 12 of 48 problems')
  expect((await askedOf(log)).length).toBe(ofPilot)

  expect((await run('distill', '--run', 'planned')).code).toBe(0)
  const ofBoth = (await askedOf(log)).length
  expect((await run('distill', '--run', 'fresh')).code).toBe(0)
  expect((await askedOf(log)).length - ofBoth).toBe(ofBoth)
  expect(await folderDigest(join(folder.path, 'planned/dataset'))).toEqual(
    await folderDigest(join(folder.path, 'fresh/dataset')),
  )

  const { pairs, spend } = JSON.parse(await readFile(join(folder.path, 'fresh/ledger.json'), 'utf8')) as {
    pairs: { written: number }
    spend: { arm: string; cost_usd: number }[]
  }
  const came = spend.filter(({ arm }) => arm !== 'probe').reduce((sum, { cost_usd }) => sum + cost_usd, 0)
  // Twelve problems leave room; the bench holds the intervals to what they say.
  expect(pairs.written).toBeGreaterThan(forecast.pairs.low * 0.8)
  expect(pairs.written).toBeLessThan(forecast.pairs.high * 1.2)
  expect(came).toBeGreaterThan(forecast.usd!.low * 0.5)
  expect(came).toBeLessThan(forecast.usd!.high * 2)
})

test('a pilot that the budget ends says so and keeps what was answered', async () => {
  await using folder = await temporaryFolder()
  const recipe = await writeRecipe(folder.path, smallRecipe('simulated', { budget: { tokens: 150_000 } }))
  const { code, stderr } = await runCli(['plan', recipe, '--pilot', '40'], { cwd: folder.path })
  expect(code).toBe(3)
  expect(stderr).toContain('ended before its pilot did')
  expect(stderr).not.toContain('    at ')
})

test('a pilot of a run that selects pairs forecasts how many problems they take', async () => {
  await using folder = await temporaryFolder()
  const recipe = await writeRecipe(folder.path, smallRecipe('simulated', { select: { pairs: 10 } }))
  const { stdout, code } = await runCli(['plan', recipe, '--pilot', '8', '--json'], { cwd: folder.path })
  expect(code).toBe(0)
  const { forecast } = planOf(stdout).pilot! as unknown as {
    forecast: Record<'problems' | 'pairs' | 'waves' | 'requests', Range>
  }
  expect(forecast.pairs.expected).toBeLessThanOrEqual(10)
  expect(forecast.problems.expected).toBeLessThan(48)
  expect(forecast.problems.low).toBeGreaterThanOrEqual(8)
  expect(forecast.waves.low).toBeGreaterThanOrEqual(1)
  expect(forecast.requests.expected).toBeCloseTo(4 * forecast.problems.expected, 6)

  // What the recipe asked for before a change stays in the journal and is no part of what it asks for now.
  const { arms } = smallRecipe('simulated') as { arms: Record<string, object> }
  const shorter = Object.fromEntries(
    Object.entries(arms).map(([name, arm]) => [name, Object.assign({ max_tokens: 3000 }, arm)]),
  )
  const changed = await writeRecipe(folder.path, smallRecipe('simulated', { arms: shorter }))
  const again = await runCli(['plan', changed, '--pilot', '8', '--json'], { cwd: folder.path })
  expect(again.code).toBe(0)
  expect(planOf(again.stdout).pilot!.forecast.requests.expected).toBeCloseTo(4 * 48, 6)

  const mistaken = await runCli(['plan', '--pilot', recipe], { cwd: folder.path })
  expect(mistaken.code).toBe(2)
  expect(mistaken.stderr).toContain('put the recipe first')
})
