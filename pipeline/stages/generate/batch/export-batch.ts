import { join } from 'node:path'
import type { ChatRequest } from '../../../../schemas/arm.ts'
import { StoppedError } from '../../../../schemas/errors.ts'
import type { SetAside } from '../../../../schemas/journal.ts'
import type { ShardPlan } from '../../../../schemas/run.ts'
import { billOf } from '../../../../teachers/cost/bill.ts'
import { withSample } from '../../../../teachers/request/build-request.ts'
import { batchRates, ratesOf } from '../../../../teachers/cost/price.ts'
import { tokenCounterOf } from '../../../../teachers/cost/token-counter.ts'
import { promptTokens } from '../../../../teachers/cost/tokens.ts'
import { recordElsewhere } from '../../../engine/ask-journalled.ts'
import type { Budget } from '../../../engine/budget.ts'
import { amountOf, unbounded, worstCase } from '../../../engine/budgeted-endpoint.ts'
import { beginFile, syncFolder, type BegunFile } from '../../../../store/files/atomic.ts'
import { makeFolder } from '../../../../store/files/entries.ts'
import { repairTornTails } from '../../../../store/journal/torn-tail.ts'
import { needsAsking } from '../../../../store/journal/state.ts'
import { openJournal } from '../../../../store/journal/writer.ts'
import { journalFolder } from '../../../../store/run/paths.ts'
import { openShardJournal } from '../../shard-journal.ts'
import { wantedSamples, type WantedSample } from '../samples.ts'
import type { RunContext } from '../../../recipe/run-context.ts'
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
  /** Every line takes the most that it may cost out of it. */
  budget: Budget
}

export type Exports = {
  batches: { batch: Batch; path: string }[]
  /** What the budget said when it had no room for a further line. */
  stopped?: StoppedError
}

/**
 * Writes every sample that has no answer, and is in no other batch, into batch files, and marks it in the journal so that
 * `generate` leaves it alone. A batch counts only once its record is there, which comes last: a kill before it leaves
 * lines in the journal that mean nothing and a file without a record.
 *
 * @returns the batches, with the paths of their files
 */
export async function exportBatches(
  context: RunContext,
  plan: ShardPlan,
  options: ExportOptions,
): Promise<Exports> {
  const out = await batchesOut(context.runFolder)
  await makeFolder(batchFolder(context.runFolder))
  const files = openFiles(context.runFolder, options)
  const worstOf = perSeries(worstSetAside)
  const promptOf = perSeries(({ request, arm }) => promptTokens(request.messages, tokenCounterOf(arm)))
  const price = pricing(context, options.budget)
  let left = options.limit
  let stopped: StoppedError | undefined
  try {
    for (let shard = 0; shard < plan.shards && left > 0 && !stopped; shard++) {
      const folder = journalFolder(context.runFolder, shard)
      await repairTornTails(folder)
      const known = await openShardJournal(context, shard)
      const journal = openJournal(join(folder, `${options.attempt}-export`), billOf)
      const lines = recordElsewhere(journal)
      try {
        for await (const sample of wantedSamples(context, shard, known)) {
          const { key, problem, arm, index } = sample
          const state = known.states.get(key)
          if (!options.arms.includes(arm.name) || !needsAsking(state) || isInBatch(state, out)) continue
          const set_aside = worstOf(sample)
          stopped = price(sample, set_aside)
          if (stopped) break
          const id = customId(shard, key, known.exportsHere(key))
          const batch = await files.add(lineOf(sample, id, context, options.form), arm.name)
          lines.add({
            type: 'exported',
            key,
            problem_id: problem.id,
            arm: arm.name,
            sample_index: index,
            endpoint: arm.endpoint,
            model: arm.model,
            at: options.now(),
            batch,
            ...(set_aside && { set_aside }),
            prompt_tokens: promptOf(sample),
          })
          if ((left -= 1) === 0) break
        }
        await lines.written()
      } finally {
        await journal.close()
      }
    }
    return { batches: await files.finish(), ...(stopped && { stopped }) }
  } finally {
    await files.abandon()
  }
}

/**
 * The shard stands before the key, so that a result finds its journal without a search. Behind it stands how often the
 * sample was exported from this shard's journal before: the results of an earlier batch, which may come late or twice, are then not taken for those
 * of a later one.
 */
function customId(shard: number, key: string, exportedBefore: number): string {
  return `${shard}.${key}${exportedBefore === 0 ? '' : `.${exportedBefore}`}`
}

/** Most tokens of a sample's request. */
function worstSetAside({ request }: WantedSample): SetAside | undefined {
  const { prompt, completion } = worstCase(request) ?? {}
  return prompt === undefined || completion === undefined ? undefined : { prompt, completion }
}

/** Samples of one series share their request, and it is counted once for them. */
function perSeries<Value>(count: (sample: WantedSample) => Value): (sample: WantedSample) => Value {
  let last: { request: ChatRequest; value: Value } | undefined
  return (sample) => {
    if (last?.request !== sample.request) last = { request: sample.request, value: count(sample) }
    return last.value
  }
}

/** Takes lines out of a budget at the price of batches; returns what ends the export when one does not fit. */
function pricing(
  { recipe }: RunContext,
  budget: Budget,
): (sample: WantedSample, worst: SetAside | undefined) => StoppedError | undefined {
  return ({ arm, request }, worst = budget.limited ? unbounded(request) : undefined) => {
    if (!budget.limited || worst === undefined) return undefined
    const rates = ratesOf(recipe.endpoints[arm.endpoint]!.price, arm.model)
    try {
      budget.spend(amountOf({ ...worst, cached: 0 }, rates && batchRates(rates)))
      return undefined
    } catch (error) {
      if (error instanceof StoppedError) return error
      throw error
    }
  }
}

function lineOf(
  { request, arm, seed }: WantedSample,
  custom_id: string,
  { recipe }: RunContext,
  form: BatchForm,
): string {
  const { dialect } = recipe.endpoints[arm.endpoint]!
  const body = withSample(request, dialect, { seed, stream: false })
  const line =
    form === 'openai' ? { custom_id, method: 'POST', url: '/v1/chat/completions', body } : { custom_id, body }
  return `${JSON.stringify(line)}\n`
}

type OpenFile = { batch: Batch; begun: BegunFile; path: string }

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
    const created_at = new Date(now()).toISOString()
    const file: OpenFile = {
      batch: { name, form, arms: [], lines: 0, bytes: 0, created_at, recalled: false },
      begun: await beginFile(`${path}.tmp`),
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
      await file.begun.handle.appendFile(line)
      file.batch.lines += 1
      file.batch.bytes += size
      if (!file.batch.arms.includes(arm)) file.batch.arms.push(arm)
      return file.batch.name
    },
    async finish() {
      for (const { batch, begun, path } of files) {
        await begun.publish(path)
        await syncFolder(batchFolder(runFolder))
        await writeBatch(runFolder, batch)
      }
      return files.map(({ batch, path }) => ({ batch, path }))
    },
    async abandon() {
      for (const { begun } of files) await begun.discard()
    },
  }
}
