import { join } from 'node:path'
import { readParquetMetadata, readParquetRows } from '../../store/parquet/read.ts'
import { readManifest, type Manifest } from '../dataset/manifest.ts'
import type { RowFinding } from './check-rows.ts'
import type { TemplateFacts } from './describe.ts'
import type { Conversation } from './forms.ts'
import { openRenderer, type Renderer } from './renderer.ts'
import { openTally, type Tally, type TargetReport } from './report.ts'
import type { TargetFiles } from './target.ts'
import { conversationsOf, idOf, trainedColumns, trainingForm, type TrainingForm } from './training-rows.ts'

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
 * @param aliasesOnly whether the target is trained with transformers 5.21 or later, whatever earlier ones do
 */
export async function checkDataset(
  datasetFolder: string,
  target: TargetFiles,
  { aliasesOnly, ...options }: CheckOptions & { aliasesOnly: boolean },
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
    const tally = openTally(name, form, { facts, context: target.context, aliasesOnly })
    const every = everyNth(manifest, name, options.rows)
    for await (const batch of batches(paths, form, every)) {
      for (const finding of await findingsOf(batch, form, renderer, facts)) tally.add(finding)
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
  facts: TemplateFacts,
): Promise<RowFinding[]> {
  if (form === 'text') return rows.map((row) => checkText(row, facts))
  const conversations: Conversation[] = rows.flatMap((row) => conversationsOf(row, form))
  return (await renderer.check(conversations)).findings
}

/** A text that no template is applied to must begin and end as the template would have it. */
function checkText(row: Row, { generationPrompt, end }: TemplateFacts): RowFinding {
  const [prompt, completion] = [String(row['prompt']), String(row['completion'])]
  const begins = generationPrompt !== '' && prompt.endsWith(generationPrompt)
  const ends = completion.endsWith(end.trimEnd()) || completion.endsWith(end)
  const state = begins && ends ? 'right' : 'misplaced'
  const block = /^(?:<think>)?\s*([\s\S]*?)\s*<\/think>/u.exec(completion)
  return {
    id: idOf(row),
    reasons: (block?.[1] ?? '') !== '',
    raw: state,
    aliased: state,
    why: begins
      ? ends
        ? ''
        : 'the completion does not end as an answer of this template does'
      : 'the prompt does not end with the generation prompt of this template',
    // The texts before what is trained differ by the question only.
    context: generationPrompt,
    cutsRight: true,
    trimmed: false,
    tokens: null,
  }
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
