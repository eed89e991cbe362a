import { UsageError } from '../schemas/errors.ts'
import { withDatabase, type Database } from '../store/duckdb/open.ts'
import { gather } from './answers/gather.ts'
import { compareArms } from './compare/compare-arms.ts'
import type { Report, Section } from './report.ts'
import type { ReportRun } from './run.ts'
import { sections } from './sections/registry.ts'

/**
 * Counts everything that a report says. Memory depends on the size of a shard and on the number of problems, hardly on that of
 * the answers, and not on the length of their texts.
 *
 * @param scratch a folder for files in between, which is made and removed
 * @param beside two arms that are held against each other
 */
export async function makeReport(
  run: ReportRun,
  scratch: string,
  beside?: readonly [a: string, b: string],
): Promise<Report> {
  return withDatabase({ scratch }, async (db) => {
    const gathered = await gather(db, run)
    const made: Section[] = []
    if (gathered.ready.length > 0) {
      if (beside) made.push(await besideEachOther(db, run, beside))
      for (const section of sections) made.push(await section({ db, run, gathered }))
    }
    return {
      name: run.name,
      shards: { done: gathered.ready.length, missing: gathered.missing },
      sections: made,
    }
  })
}

async function besideEachOther(
  db: Database,
  { arms }: ReportRun,
  [a, b]: readonly [string, string],
): Promise<Section> {
  for (const name of [a, b])
    if (!arms.some((arm) => arm.name === name))
      throw new UsageError(
        `--compare: the run has no arm ${name}; it has ${arms.map((arm) => arm.name).join(', ')}`,
      )
  return compareArms(db, a, b)
}
