import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { sampleSeed } from '../../schemas/arm.ts'
import type { ShardPlan } from '../../schemas/run.ts'
import { withSample } from '../../teachers/build-request.ts'
import { repairTornTails } from '../journal/reader.ts'
import { journalState, needsAsking } from '../journal/state.ts'
import { appendTogether, openJournal } from '../journal/writer.ts'
import { journalFolder } from '../run/paths.ts'
import { wantedSamples, type WantedSample } from '../samples.ts'
import type { ShardContext } from '../shard-context.ts'
import { batchesOut, batchFolder, isInBatch, writeBatch, type Batch, type BatchForm } from './batches.ts'

/** What the services take in one file, with room to spare: 50,000 lines; 200 MB, or 100 MB for the two-field form. */
const limits: Record<BatchForm, { lines: number; bytes: number }> = {
  openai: { lines: 50_000, bytes: 190_000_000 },
  'two-field': { lines: 50_000, bytes: 95_000_000 },
}

export type ExportOptions = {
  form: BatchForm
  /** Names of the arms, all that have an endpoint when not given. */
  arms: readonly string[]
  /** Most samples to export. */
  limit: number
  /** Unique for this start; begins the names of the batches. */
  attempt: string
  now: () => number
}

/**
 * Writes every sample that has no answer, and is in no other batch, into batch files, and marks it in the journal so that
 * `generate` leaves it alone. A batch counts only once its record is there, which comes last: a kill before it leaves
 * lines in the journal that mean nothing and a file without a record.
 *
 * @returns the batches, with the paths of their files
 */
export async function exportBatches(
  context: ShardContext,
  plan: ShardPlan,
  options: ExportOptions,
): Promise<{ batch: Batch; path: string }[]> {
  const out = await batchesOut(context.runFolder)
  await mkdir(batchFolder(context.runFolder), { recursive: true })
  const files = openFiles(context.runFolder, options)
  let left = options.limit
  try {
    for (let shard = 0; shard < plan.shards && left > 0; shard++) {
      const folder = journalFolder(context.runFolder, shard)
      await repairTornTails(folder)
      const states = await journalState(folder)
      const journal = openJournal(join(folder, `${options.attempt}-export`))
      const lines = appendTogether(journal)
      try {
        for await (const sample of wantedSamples(context, shard)) {
          const { key, problem, arm, index } = sample
          const state = states.get(key)
          if (!options.arms.includes(arm.name) || !needsAsking(state) || isInBatch(state, out)) continue
          const batch = await files.add(lineOf(sample, shard, context, options.form), arm.name)
          lines.append({
            type: 'exported',
            key,
            problem_id: problem.id,
            arm: arm.name,
            sample_index: index,
            at: options.now(),
            batch,
          })
          if ((left -= 1) === 0) break
        }
        await lines.written()
      } finally {
        await journal.close()
      }
    }
    return await files.finish()
  } finally {
    await files.abandon()
  }
}

/** The shard stands before the key, so that a result finds its journal without a search. */
export function customId(shard: number, key: string): string {
  return `${shard}.${key}`
}

function lineOf(
  { key, request, arm }: WantedSample,
  shard: number,
  { recipe }: ShardContext,
  form: BatchForm,
): string {
  const { dialect } = recipe.endpoints[arm.endpoint]!
  const body = withSample(request, dialect, { seed: sampleSeed(key), stream: false })
  const custom_id = customId(shard, key)
  const line =
    form === 'openai' ? { custom_id, method: 'POST', url: '/v1/chat/completions', body } : { custom_id, body }
  return `${JSON.stringify(line)}\n`
}

type OpenFile = { batch: Batch; handle: FileHandle; temporary: string; path: string }

/** Batch files one after the other, a new one when a limit of the services is reached. */
function openFiles(
  runFolder: string,
  { form, attempt, now }: ExportOptions,
): {
  add(line: string, arm: string): Promise<string>
  finish(): Promise<{ batch: Batch; path: string }[]>
  abandon(): Promise<void>
} {
  const files: OpenFile[] = []
  const { lines, bytes } = limits[form]

  async function begin(): Promise<OpenFile> {
    const name = `${attempt}-${String(files.length + 1).padStart(3, '0')}`
    const path = join(batchFolder(runFolder), `${name}.jsonl`)
    const temporary = `${path}.tmp`
    const created_at = new Date(now()).toISOString()
    const file: OpenFile = {
      batch: { name, form, arms: [], lines: 0, bytes: 0, created_at, recalled: false },
      handle: await open(temporary, 'wx'),
      temporary,
      path,
    }
    files.push(file)
    return file
  }

  return {
    async add(line, arm) {
      const size = Buffer.byteLength(line)
      let file = files.at(-1)
      if (!file || file.batch.lines >= lines || file.batch.bytes + size > bytes) file = await begin()
      await file.handle.appendFile(line)
      file.batch.lines += 1
      file.batch.bytes += size
      if (!file.batch.arms.includes(arm)) file.batch.arms.push(arm)
      return file.batch.name
    },
    async finish() {
      for (const { batch, handle, temporary, path } of files) {
        await handle.sync()
        await rename(temporary, path)
        await writeBatch(runFolder, batch)
      }
      return files.map(({ batch, path }) => ({ batch, path }))
    },
    async abandon() {
      for (const { handle, temporary } of files) {
        await handle.close()
        await rm(temporary, { force: true })
      }
    },
  }
}
