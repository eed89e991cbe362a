import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { randomFrom } from '../../problems/builtin/random.ts'
import { folderDigest } from '../support/folder-digest.ts'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { runCli } from '../support/run-cli.ts'
import { simulatedTeacher } from '../support/simulated-teacher.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { meanwhile, onDisk, type Draw, type Fault } from './seeds/faults.ts'
import { killAll, openShakenRun, requestsIn, settle, violations } from './seeds/shaken-run.ts'

/*
 * Each seed draws what happens to a run with two workers and when: two or three things while they are at it, then a kill of
 * all of them, something on the disk, and a start of both again. CHAOS_SEEDS says how many seeds, CHAOS_FIRST the first one.
 */
const seeds = Number(process.env['CHAOS_SEEDS'] ?? 1)
const first = Number(process.env['CHAOS_FIRST'] ?? 1)

test(`whatever ${seeds} seeds do to the workers of a run, its dataset is that of a calm one and nothing answered is bought twice`, async () => {
  await using folder = await temporaryFolder()
  const log = join(folder.path, 'teacher.jsonl')
  await using teacher = await simulatedTeacher({ first_token_ms: 200, token_ms: 0.01, concurrency: 8 }, log)
  const recipe = await writeRecipe(
    folder.path,
    smallRecipe(teacher.baseUrl, {
      problems: { builtin: { count: 48, seed: 1 }, per_shard: 6 },
      endpoints: { teacher: { base_url: teacher.baseUrl, dialect: 'vllm', max_in_flight: 4 } },
      generate: { shards_open: 2, probe: 'never' },
    }),
  )
  const calm = join(folder.path, 'calm')
  expect(await runCli(['distill', recipe, '--run', calm], { cwd: folder.path })).toMatchObject({ code: 0 })
  const dataset = await folderDigest(join(calm, 'dataset'))
  const asked = (await requestsIn(log)).length

  const table = new Map<string, { runs: number; violations: number }>()
  const wrong: string[] = []
  for (let seed = first; seed < first + seeds; seed++) {
    const run = join(folder.path, `run-${seed}`)
    const { names, found } = await shake(seed, { folder: folder.path, recipe, run, log, asked, dataset })
    for (const name of names) {
      const row = table.get(name) ?? { runs: 0, violations: 0 }
      table.set(name, { runs: row.runs + 1, violations: row.violations + found.length })
    }
    wrong.push(...found.map((text) => `seed ${seed} (${names.join(', ')}): ${text}`))
    await rm(run, { recursive: true, force: true })
  }
  const rows = [...table].map(
    ([name, row]) => `${name.padEnd(10)} ${row.runs} runs, ${row.violations} violations`,
  )
  console.log(`${seeds} seeds, ${wrong.length} violations\n${rows.toSorted().join('\n')}`)
  expect(wrong).toEqual([])
})

type Given = {
  folder: string
  recipe: string
  run: string
  log: string
  /** Requests of a calm run. */
  asked: number
  dataset: Awaited<ReturnType<typeof folderDigest>>
}

async function shake(
  seed: number,
  { folder, recipe, run, log, asked, dataset }: Given,
): Promise<{ names: string[]; found: string[] }> {
  const random = randomFrom('chaos', seed)
  const draw: Draw = (below) => random.integer(0, Math.max(0, below - 1))
  const shaken = openShakenRun(folder, recipe, run, log)
  const before = (await requestsIn(log)).length
  shaken.workers.push(shaken.start(0), shaken.start(1))
  const names: string[] = []
  const apply = async (from: Readonly<Record<string, Fault>>): Promise<void> => {
    const all = Object.entries(from)
    const [name, fault] = all[draw(all.length)]!
    if (await fault(shaken, draw)) names.push(name)
  }
  const count = 2 + draw(2)
  for (let index = 0; index < count; index++) {
    const moment = before + Math.floor(((index + random.next()) * asked) / count)
    while ((await requestsIn(log)).length < moment && shaken.workers.some(({ done }) => !done))
      await sleep(10)
    await apply(meanwhile)
  }
  await sleep(draw(1500))
  await killAll(shaken)
  await apply(onDisk)
  const ends = await settle(shaken)
  return { names, found: await violations(shaken, ends, dataset) }
}
