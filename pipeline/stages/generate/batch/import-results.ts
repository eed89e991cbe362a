import { join } from 'node:path'
import type { Arm } from '../../../../schemas/arm.ts'
import type { Exported, WrittenOutcome } from '../../../../schemas/journal.ts'
import { temporaryName } from '../../../../store/files/atomic.ts'
import { isBadRow } from '../../../../problems/rows.ts'
import { readRows, type InputContext } from '../../../../problems/files/read-rows.ts'
import { billOf } from '../../../../teachers/cost/bill.ts'
import { billedTry } from '../../../../teachers/cost/billed-tokens.ts'
import { readJournal } from '../../../../store/journal/reader.ts'
import { repairTornTails } from '../../../../store/journal/torn-tail.ts'
import type { Redactor } from '../../../../store/secrets/redact.ts'
import { openJournal } from '../../../../store/journal/writer.ts'
import { journalFolder } from '../../../../store/run/paths.ts'
import { recordElsewhere } from '../../../engine/ask-journalled.ts'
import { waitForAll } from '../../../engine/wait-for-all.ts'
import { tally } from '../../../../schemas/counts.ts'
import { bucketCount, bucketName, openSpool, type Spool } from '../../../../store/files/spool.ts'
import { readResult, type BatchResult } from './read-result.ts'

export type ImportOptions = {
  runFolder: string
  /** Count what a result does not state; a sample's arm may have left the recipe since. */
  arms: readonly Arm[]
  files: readonly string[]
  attempt: string
  now: () => number
  /** Results hold none of them. */
  keys: Redactor
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
 * already is passed over. They are spooled by shard first, so that memory holds what was exported of a 256th of the shards
 * and a few hundred results, however many come.
 */
export async function importResults(options: ImportOptions, input: InputContext): Promise<ImportCounts> {
  const { runFolder } = options
  const counts: ImportCounts = { answered: 0, failed: {}, known: 0, foreign: 0 }
  const results = await openSpool<BatchResult>(temporaryName(join(runFolder, 'batches')))
  try {
    await spoolResults(options, input, results, counts)
    for (let bucket = 0; bucket < bucketCount; bucket++)
      await importBucket(options, results.bucket(bucket), counts)
  } finally {
    await results.remove()
  }
  return counts
}

async function spoolResults(
  { files, keys, onBadLine }: ImportOptions,
  input: InputContext,
  results: Spool<BatchResult>,
  counts: ImportCounts,
): Promise<void> {
  for await (const row of readRows({ files: [...files], format: 'jsonl' }, input)) {
    const result = isBadRow(row) ? undefined : keys.value(readResult(row.row))
    if (result) {
      await results.add(bucketName(result.shard % bucketCount), result)
      continue
    }
    counts.foreign += 1
    onBadLine(
      row.position,
      isBadRow(row) ? row.message : 'not a result of this run: custom_id is none that was exported',
    )
  }
}

/** Lines that are on their way to the disk at a time. */
const linesAtATime = 256

async function importBucket(
  options: ImportOptions,
  results: AsyncGenerator<BatchResult>,
  counts: ImportCounts,
): Promise<void> {
  const shards = new Map<number, ShardImport>()
  let added = 0
  try {
    for await (const result of results) {
      let shard = shards.get(result.shard)
      if (!shard) shards.set(result.shard, (shard = await openShardImport(options, result.shard)))
      shard.add(result, counts)
      if ((added += 1) % linesAtATime === 0)
        await waitForAll([...shards.values()].map((each) => each.written()))
    }
    await waitForAll([...shards.values()].map((each) => each.written()))
  } finally {
    await waitForAll([...shards.values()].map((each) => each.close()))
  }
}

/** The journal of a shard that results are taken into. */
type ShardImport = {
  add(result: BatchResult, counts: ImportCounts): void
  written(): Promise<void>
  close(): Promise<void>
}

async function openShardImport(
  { runFolder, arms, attempt, now }: ImportOptions,
  shard: number,
): Promise<ShardImport> {
  const folder = journalFolder(runFolder, shard)
  await repairTornTails(folder)
  const { exported, withOutcome } = await exportedIn(folder)
  const journal = openJournal(join(folder, `${attempt}-import`), billOf)
  const lines = recordElsewhere(journal)
  return {
    add(result, counts) {
      const line = exported.get(result.key)?.[result.number]
      if (!line) counts.foreign += 1
      else if (withOutcome.has(`${line.batch} ${result.key}`)) counts.known += 1
      else {
        withOutcome.add(`${line.batch} ${result.key}`)
        lines.add(outcomeOf(line, result, { at: now(), arms }))
        if (result.ok) counts.answered += 1
        else tally(counts.failed, result.code)
      }
    },
    written: () => lines.written(),
    close: () => journal.close(),
  }
}

function outcomeOf(
  { type: _type, prompt_tokens = 0, ...sample }: Exported,
  result: BatchResult,
  { at, arms }: { at: number; arms: readonly Arm[] },
): WrittenOutcome {
  const attempt = { ms: 0, completion_tokens: null }
  if (result.ok) {
    const arm = arms.find(({ name }) => name === sample.arm)
    const billed = billedTry(result.body, { prompt_tokens }, { answered: true, arm })
    const attempts = [{ ...attempt, ...billed, status: 200, error: '' }]
    return { type: 'answered', ...sample, at, attempts, body: result.body }
  }
  const { status, code, message, retryable } = result
  return {
    type: 'failed',
    ...sample,
    at,
    attempts: [{ ...attempt, status, error: code }],
    code,
    message,
    retryable,
  }
}

/** The exports of every sample of a shard in their order, and which of them have an outcome. */
async function exportedIn(
  folder: string,
): Promise<{ exported: Map<string, Exported[]>; withOutcome: Set<string> }> {
  const exported = new Map<string, Exported[]>()
  const withOutcome = new Set<string>()
  for await (const { line } of readJournal(folder)) {
    if (line.type === 'exported') exported.set(line.key, [...(exported.get(line.key) ?? []), line])
    else if (line.type !== 'intent' && line.batch !== undefined) withOutcome.add(`${line.batch} ${line.key}`)
  }
  return { exported, withOutcome }
}
