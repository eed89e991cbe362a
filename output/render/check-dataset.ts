import { join } from 'node:path'
import { readParquetMetadata, readParquetRows } from '../../store/parquet/read.ts'
import { readManifest, type Manifest } from '../dataset/manifest.ts'
import type { RowFinding } from './check-rows.ts'
import type { Conversation } from './forms.ts'
import { openRenderer, type Renderer } from './renderer.ts'
import { openTally, type Tally, type TargetReport } from './report.ts'
import type { TargetFiles, Transformers } from './target.ts'
import {
  conversationsOf,
  textsOf,
  trainedColumns,
  trainingForm,
  type PlainTexts,
  type TrainingForm,
} from './training-rows.ts'

/** Rows that are rendered in one go. */
const batchRows = 64

export type CheckOptions = {
  /** Rows of each configuration that are rendered, evenly spread; all unless given. */
  rows?: number | undefined
  onRows?: (rows: number) => void
}

/**
 * Renders the rows of every configuration that can be trained on with a target's own template, and says of each row
 * whether its reasoning and its answer stand where a trained model would write them.
 *
 * @param oldest the oldest transformers that the target is trained with
 */
export async function checkDataset(
  datasetFolder: string,
  target: TargetFiles,
  { oldest, ...options }: CheckOptions & { oldest: Transformers },
): Promise<TargetReport> {
  const manifest = await readManifest(datasetFolder)
  await using renderer = openRenderer(target)
  const { facts } = await renderer.check([])
  const tallies: Tally[] = []
  for (const { name } of manifest.exports) {
    const paths = manifest.files
      .filter(({ config }) => config === name)
      .map(({ path }) => join(datasetFolder, path))
    const form = trainingForm((await readParquetMetadata(paths[0]!)).columns)
    if (form === undefined) continue
    const tally = openTally(name, form, { facts, context: target.context, oldest })
    const every = everyNth(manifest, name, options.rows)
    for await (const batch of batches(paths, form, every)) {
      for (const finding of await findingsOf(batch, form, renderer)) tally.add(finding)
      options.onRows?.(batch.length)
    }
    tallies.push(tally)
  }
  return {
    target: target.name,
    commit: target.commit,
    context: target.context,
    facts,
    configurations: tallies.map((tally) => tally.report()),
    together: together(tallies),
  }
}

function everyNth({ exports }: Manifest, name: string, wanted: number | undefined): number {
  const rows = exports.find((one) => one.name === name)?.rows ?? 0
  return wanted === undefined ? 1 : Math.max(1, Math.floor(rows / Math.max(1, wanted)))
}

type Row = Record<string, unknown>

async function* batches(paths: readonly string[], form: TrainingForm, every: number): AsyncGenerator<Row[]> {
  const wanted = new Set(['id', 'pair_id', ...trainedColumns[form]])
  let batch: Row[] = []
  let place = 0
  for (const path of paths)
    for await (const row of readParquetRows(path, {
      columns: (stored) => stored.map(({ name }) => name).filter((name) => wanted.has(name)),
    })) {
      if (place++ % every !== 0) continue
      batch.push(row)
      if (batch.length < batchRows) continue
      yield batch
      batch = []
    }
  if (batch.length > 0) yield batch
}

async function findingsOf(
  rows: readonly Row[],
  form: TrainingForm,
  renderer: Renderer,
): Promise<RowFinding[]> {
  const trained: (Conversation | PlainTexts)[] =
    form === 'text' ? rows.map(textsOf) : rows.flatMap((row) => conversationsOf(row, form))
  return (await renderer.check(trained)).findings
}

/** Configurations with reasoning that begin to be trained after the same words as others without. */
function together(tallies: readonly Tally[]): TargetReport['together'] {
  const trained = tallies.filter(({ form }) => form !== 'preference')
  return {
    on: trained.filter((on) => trained.some((off) => meets(on, off))).map(({ name }) => name),
    off: trained.filter((off) => trained.some((on) => meets(on, off))).map(({ name }) => name),
  }
}

function meets(on: Tally, off: Tally): boolean {
  return on !== off && [...on.contexts.on.keys()].some((context) => off.contexts.off.has(context))
}
