import { join } from 'node:path'
import { sha256 } from '../../schemas/canonical.ts'
import type { Exported } from '../../schemas/journal.ts'
import type { ShardPlan } from '../../schemas/run.ts'
import { isBadRow } from '../input/rows.ts'
import { readRows, type InputContext } from '../input/source.ts'
import { readJournal, repairTornTails } from '../journal/reader.ts'
import { appendTogether, openJournal } from '../journal/writer.ts'
import { journalFolder } from '../run/paths.ts'
import { tally } from '../stages/counts.ts'
import { openSpool, type Spool } from '../stages/spool.ts'
import { readResult, type BatchResult } from './read-result.ts'

export type ImportOptions = {
  runFolder: string
  plan: ShardPlan
  files: readonly string[]
  attempt: string
  now: () => number
  /** Told of lines that are no results of this run. */
  onBadLine: (position: string, message: string) => void
}

/** What became of the lines of result files. */
export type ImportCounts = {
  answered: number
  failed: Record<string, number>
  known: number
  foreign: number
}

/**
 * Takes the results of batches into the journal. Results come in any order and may be imported twice: what is there
 * already is passed over. They are spooled by shard first, so that memory holds one shard's journal at a time.
 */
export async function importResults(options: ImportOptions, input: InputContext): Promise<ImportCounts> {
  const { runFolder, plan } = options
  const counts: ImportCounts = { answered: 0, failed: {}, known: 0, foreign: 0 }
  const results = await openSpool<BatchResult>(join(runFolder, 'batches.tmp'))
  try {
    await spoolResults(options, input, results, counts)
    for await (const bucket of results.buckets()) {
      for (const [shard, ofShard] of Map.groupBy(bucket, (result) => result.shard)) {
        if (shard < plan.shards) await importShard(options, shard, ofShard, counts)
        else counts.foreign += ofShard.length
      }
    }
  } finally {
    await results.remove()
  }
  return counts
}

async function spoolResults(
  { files, onBadLine }: ImportOptions,
  input: InputContext,
  results: Spool<BatchResult>,
  counts: ImportCounts,
): Promise<void> {
  for await (const row of readRows({ files: [...files], format: 'jsonl' }, input)) {
    const result = isBadRow(row) ? undefined : readResult(row.row)
    if (result) {
      await results.add(sha256(String(result.shard)), result)
      continue
    }
    counts.foreign += 1
    onBadLine(
      row.position,
      isBadRow(row) ? row.message : 'not a result of this run: custom_id is none that was exported',
    )
  }
}

async function importShard(
  { runFolder, attempt, now }: ImportOptions,
  shard: number,
  results: BatchResult[],
  counts: ImportCounts,
): Promise<void> {
  const folder = journalFolder(runFolder, shard)
  await repairTornTails(folder)
  const { exported, settled } = await exportedIn(folder)
  const journal = openJournal(join(folder, `${attempt}-import`))
  const lines = appendTogether(journal)
  try {
    for (const result of results) {
      const line = exported.get(result.key)?.[result.number]
      if (!line) counts.foreign += 1
      else if (settled.has(`${line.batch} ${result.key}`)) counts.known += 1
      else {
        const { batch, type: _type, ...sample } = line
        settled.add(`${batch} ${result.key}`)
        const outcome = { ...sample, at: now(), batch }
        const attempts = [
          {
            ms: 0,
            status: result.ok ? 200 : result.status,
            error: result.ok ? '' : result.code,
            completion_tokens: null,
          },
        ]
        if (result.ok) {
          lines.append({ type: 'answered', ...outcome, attempts, body: result.body })
          counts.answered += 1
        } else {
          const { code, message, retryable } = result
          lines.append({ type: 'failed', ...outcome, attempts, code, message, retryable })
          tally(counts.failed, code)
        }
      }
    }
    await lines.written()
  } finally {
    await journal.close()
  }
}

/** The exports of every sample of a shard in their order, and which of them have an outcome. */
async function exportedIn(
  folder: string,
): Promise<{ exported: Map<string, Exported[]>; settled: Set<string> }> {
  const exported = new Map<string, Exported[]>()
  const settled = new Set<string>()
  for await (const { line } of readJournal(folder)) {
    if (line.type === 'exported') exported.set(line.key, [...(exported.get(line.key) ?? []), line])
    else if (line.type !== 'intent' && line.batch !== undefined) settled.add(`${line.batch} ${line.key}`)
  }
  return { exported, settled }
}
