import { withDatabase } from '../store/duckdb/open.ts'
import { gather } from './answers/gather.ts'
import type { Report } from './report.ts'
import type { ReportRun } from './run.ts'
import { sections } from './sections/registry.ts'

/**
 * Counts everything that a report says. Memory depends on the size of a shard and on the number of problems, hardly on that of
 * the answers, and not on the length of their texts.
 *
 * @param scratch a folder for files in between, which is made and removed
 */
export async function makeReport(run: ReportRun, scratch: string): Promise<Report> {
  return withDatabase({ scratch }, async (db) => {
    const gathered = await gather(db, run)
    const made = []
    if (gathered.shards > 0) for (const section of sections) made.push(await section({ db, run, gathered }))
    return { name: run.name, shards: { done: gathered.shards, missing: gathered.missing }, sections: made }
  })
}
