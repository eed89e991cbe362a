import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { stringify } from 'yaml'
import { randomFrom } from '../problems/builtin/random.ts'
import { readPart } from '../store/parts/part.ts'
import { openRedactor } from '../store/secrets/redact.ts'
import { readRun } from '../pipeline/commands/books/read-run.ts'
import { pilotDraw } from '../pipeline/commands/plan/choose-pilot.ts'
import { forecastRun } from '../pipeline/commands/plan/forecast.ts'
import { pilotContext } from '../pipeline/commands/plan/run-pilot.ts'
import { readPilot, type SeenProblem } from '../pipeline/commands/plan/observed.ts'
import { SelectSection } from '../pipeline/recipe/select-section.ts'
import { loadStages } from '../pipeline/stages/registry.ts'
import { recipesFor } from './plan/recipes.ts'
import { twinstill } from './plan/run.ts'

/*
 * npm run bench:plan-coverage [-- --known 1000 --problems 250 --pilot 64 --draws 300 --only REGEX --folder DIR]: how often the
 * intervals of a forecast hold. Each recipe of `bench:plan` is asked for so many known problems once (a folder keeps that for
 * the next call); then sets are drawn from them, a pilot from each set as `plan` draws it, and its forecast is held against
 * what is known of the set. Time is that of the model: how well a pilot tells what its model says of the whole set.
 */
const { values } = parseArgs({
  options: {
    known: { type: 'string', default: '1000' },
    problems: { type: 'string', default: '250' },
    pilot: { type: 'string', default: '64' },
    draws: { type: 'string', default: '300' },
    only: { type: 'string', default: '.' },
    folder: { type: 'string' },
  },
})
const [known, problems, pilot, draws] = [values.known, values.problems, values.pilot, values.draws].map(
  Number,
) as [number, number, number, number]

const figures = ['usd', 'tokens', 'pairs', 'seconds'] as const
/** Of the time of a set, as `pilot-time.ts` has it of servers. */
const speedSpread = 0.1

const folder = values.folder ?? (await mkdtemp(join(tmpdir(), 'twinstill-coverage-')))
await mkdir(folder, { recursive: true })
try {
  print(
    `| recipe | ${figures.map((each) => `${each}, below / above`).join(' | ')} |\n| --- |${' ---: |'.repeat(figures.length)}`,
  )
  for (const [index, [name, recipe]] of Object.entries(recipesFor(problems)).entries())
    if (new RegExp(values.only, 'u').test(name)) await cover(name, recipe, join(folder, `${index}`))
} finally {
  if (values.folder === undefined) await rm(folder, { recursive: true, force: true })
}

async function cover(name: string, { select, ...recipe }: { select?: unknown }, at: string): Promise<void> {
  const file = `${at}.yaml`
  const whole = {
    name: 'plan-coverage',
    problems: { builtin: { count: known, seed: 1 }, per_shard: 100 },
    ...quicker(recipe),
  }
  await writeFile(file, stringify(whole))
  await twinstill('plan', file, '--run', at, '--pilot', values.known)
  const io = { environment: process.env, cwd: process.cwd(), now: Date.now, keys: openRedactor() }
  const run = await readRun(file, { run: at }, io)
  const context = await pilotContext(run.context, known)
  const { shards } = run.record.plan!
  const everyShard = Array.from({ length: shards }, (_, shard) => shard)
  const chosen = select === undefined ? undefined : SelectSection.parse(select)
  const read = await readPilot(await loadStages(), { context, shards: everyShard }, chosen)
  const partBytes = read.part_bytes / read.problems.length
  const seen = new Map(read.problems.map((problem) => [problem.id, untimed(problem)]))
  const all = []
  for (const shard of everyShard)
    for await (const problem of readPart(at, 'problems', shard)) if (seen.has(problem.id)) all.push(problem)

  const random = randomFrom('coverage', name)
  const held = Object.fromEntries(figures.map((each) => [each, { below: 0, above: 0 }]))
  for (let seed = 1; seed <= draws; seed++) {
    const own = { ...run.context.recipe, seed, select: chosen }
    const set = random.shuffle(all).slice(0, problems)
    const forecast = (count: number) => {
      const draw = pilotDraw(own, count)
      for (const problem of set) draw.add(problem)
      const { ids, population, strata } = draw.chosen()
      return forecastRun(
        { ...context, recipe: own },
        ids.map((id) => seen.get(id)!),
        {
          population,
          strata,
          problems: ids.length,
          part_bytes: partBytes * ids.length,
          shardsOfRun: Math.ceil(problems / 100),
          started: Infinity,
          ended: Infinity,
          start_seconds: 0,
        },
      )
    }
    const [told, truth] = [forecast(pilot), forecast(problems)]
    for (const figure of figures) {
      const { low, high } = told[figure]!
      const once = figure === 'seconds' ? truth.times!.once : 0
      const luck = figure === 'seconds' ? Math.exp(speedSpread * random.normal()) : 1
      const came = once + (truth[figure]!.expected - once) * luck
      // A whole number of pairs is compared with ends that are none.
      const [from, to] = figure === 'pairs' ? [Math.floor(low), Math.ceil(high)] : [low, high]
      if (came < from) held[figure]!.below += 1
      if (came > to) held[figure]!.above += 1
    }
  }
  print(
    `| ${name} | ${figures
      .map((each) => {
        const { below, above } = held[each]!
        return `${share(draws - below - above)}, ${share(below)} / ${share(above)}`
      })
      .join(' | ')} |`,
  )
}

function share(count: number): string {
  return `${((100 * count) / draws).toFixed(1)} %`
}

/** A teacher that takes a fifth of the time: coverage is a matter of ratios. */
function quicker<Endpoints extends object>(recipe: Endpoints): Endpoints {
  return JSON.parse(
    JSON.stringify(recipe, (name, value: unknown) => (name === 'token_ms' ? Number(value) / 5 : value)),
  ) as Endpoints
}

/** Flights of a run tell nothing of those of a pilot: the places are what the recipe says. */
function untimed(problem: SeenProblem): SeenProblem {
  return { ...problem, asks: problem.asks.map((ask) => ({ ...ask, flights: [] })) }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
