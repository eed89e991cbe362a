import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { contamination } from '../filters/problem/contamination.ts'
import { nearDuplicate } from '../filters/set/near-duplicate.ts'
import type { ComparingRules, Remembered } from '../filters/set-filter.ts'
import { openRecords } from '../store/files/records.ts'
import { mustStay, plantedItems, plantedProblems, type PlantedRow, plants } from './planted-problems.ts'

/** What was found of one plant. */
export type PlantFound = { plant: string; planted: number; found: number }

/** What a filter found among planted problems. Times in seconds of CPU, memory in MB of the whole process. */
export type PlantedFindings = {
  rows: number
  plants: PlantFound[]
  /** Problems that were found and should not have been. */
  wrong: number
  times: Record<string, number>
  /** Highest mark of the process so far. */
  peak: number
}

/** Finds near-duplicates as a run does it: what is remembered of a problem lies on disk. */
export async function findDuplicates(count: number): Promise<PlantedFindings> {
  const folder = await mkdtemp(join(tmpdir(), 'twinstill-duplicates-'))
  const watch = stopWatch()
  try {
    const rules = nearDuplicate.create(nearDuplicate.options.parse({})) as ComparingRules<unknown>
    const records = await openRecords<Remembered<unknown>>(join(folder, 'records'))
    const plantAt: number[] = []
    const backAt: number[] = []
    for (const { problem, plant, back } of plantedProblems(count)) {
      plantAt.push(plants.indexOf(plant))
      backAt.push(back)
      watch.start()
      const memory = rules.add({ problem, position: '', idScope: '' })
      watch.stop('signatures')
      await records.add({ problem: problem.id, position: '', memory })
    }
    const read = await records.reader()
    const dropped = new Set<number>()
    watch.start()
    for (const { place } of rules.compare(() => true, read)) dropped.add(place)
    watch.stop('comparison')
    await records.remove()
    const found = plants.map((plant) => ({ plant, planted: 0, found: 0 }))
    let right = 0
    for (const [place, plant] of plantAt.entries()) {
      if (plant === -1) continue
      const merged = dropped.has(place) || (backAt[place]! > 0 && dropped.has(place - backAt[place]!))
      found[plant]!.planted += 1
      if (!merged) continue
      found[plant]!.found += 1
      if (!mustStay(plants[plant]!)) right += 1
    }
    return {
      rows: plantAt.length,
      plants: found.filter(({ plant }) => plant.startsWith('near-duplicate')),
      wrong: dropped.size - right,
      times: watch.seconds,
      peak: peak(),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Problems that a filter takes at a time in a run. */
const batchSize = 1000

/** Holds problems against the items of a benchmark. */
export async function findContamination(count: number): Promise<PlantedFindings> {
  const watch = stopWatch()
  watch.start()
  const rows = plantedItems().map((text, id) => ({ problem: text, id: String(id) }))
  const check = contamination.create(
    contamination.options.parse({ benchmarks: { made: { file: 'made' } } }),
    { verifyGolds: async () => [], countTokens: () => 0, files: () => rows },
  )
  watch.stop('index')
  const found = plants.map((plant) => ({ plant, planted: 0, found: 0 }))
  let wrong = 0
  let all = 0
  const look = async (batch: readonly PlantedRow[]): Promise<void> => {
    watch.start()
    const findings = await check(batch.map(({ problem }) => ({ problem, position: '', idScope: '' })))
    watch.stop('search')
    for (const [at, { plant }] of batch.entries()) {
      const isItem = plant.startsWith('contamination')
      if (isItem) found[plants.indexOf(plant)]!.planted += 1
      if (findings[at] === undefined) continue
      if (isItem) found[plants.indexOf(plant)]!.found += 1
      else wrong += 1
    }
    all += batch.length
  }
  let batch: PlantedRow[] = []
  for (const row of plantedProblems(count)) {
    batch.push(row)
    if (batch.length < batchSize) continue
    await look(batch)
    batch = []
  }
  await look(batch)
  return {
    rows: all,
    plants: found.filter(({ plant }) => plant.startsWith('contamination')),
    wrong,
    times: watch.seconds,
    peak: peak(),
  }
}

/** Highest resident size of the process so far, in MB. */
export function peak(): number {
  return Math.round(process.resourceUsage().maxRSS / 1000)
}

/** Adds up CPU seconds, user and system, under names. */
function stopWatch() {
  const seconds: Record<string, number> = {}
  let begun = process.cpuUsage()
  return {
    seconds,
    start: () => void (begun = process.cpuUsage()),
    stop(name: string): void {
      const { user, system } = process.cpuUsage(begun)
      seconds[name] = (seconds[name] ?? 0) + (user + system) / 1e6
    },
  }
}
