import { join } from 'node:path'
import type { ReviewPair } from '../../../review/pairs/pair.ts'
import type { PairSource } from '../../../review/pairs/source.ts'
import type { Drawn } from '../../../review/draw/draw-sample.ts'
import { UsageError } from '../../../schemas/errors.ts'
import { terminalWidth } from '../../reporter/terminal-width.ts'
import { inputKinds } from '../../stages/input-kinds.ts'
import { loadStages } from '../../stages/registry.ts'
import { planOf, type ReadRun } from '../books/read-run.ts'
import type { CommandIo } from '../io.ts'
import { datasetFiles, type DatasetFiles } from '../review/dataset/dataset-files.ts'
import { drawRows, rowById } from '../review/dataset/find-rows.ts'
import { rowColumns } from '../review/dataset/row-columns.ts'
import { openDatasetStudent, openStudent } from '../review/open-student.ts'
import { openSource } from '../review/open-source.ts'
import { openRunPairs } from '../review/run-pairs.ts'
import { formatPair } from './format-pair.ts'
import { reviewInTerminal } from './review-pairs.ts'
import { drawPairs, rowOfPair } from './run-rows.ts'
import { showStudent } from './show-student.ts'
import { idsWhere } from './where.ts'

export type ShowOptions = {
  run?: string
  count: number
  seed: number
  id?: string
  full: boolean
  where?: string
  risk?: string
  review?: string
  student?: string | true
}

/**
 * Prints pairs side by side, the same ones for the same seed: rows of a dataset, or problems of a run with all that is known of
 * them where a condition, a risk or a review asks for them.
 */
export async function showPairs(target: string, options: ShowOptions, io: CommandIo): Promise<void> {
  const source = await openSource(target, options, io)
  const { where, risk, review, student } = options
  const isAsked = [where, risk, review, student].some((each) => each !== undefined)
  if (source.kind === 'run') {
    if (isAsked) return showOfRun(source.read, target, options, io)
    const folder = join(source.read.context.runFolder, 'dataset')
    return showRows(await datasetFiles(folder), `\`npm run status -- ${target}\` tells why`, options, io)
  }
  if (where !== undefined)
    throw new UsageError('--where asks what a run knows of its problems; name the recipe or folder of a run')
  if (student !== undefined) {
    const { pairs } = source
    const open = (): ReturnType<typeof openDatasetStudent> =>
      openDatasetStudent(pairs.reviews, student === true ? undefined : student, io)
    return showStudent(open, pairs, await drawPairs(pairs, options), options, io)
  }
  if (isAsked) await showDrawn(source.pairs, await drawPairs(source.pairs, options), options, io)
  else await showRows(source.dataset, 'it is empty', options, io)
}

/** Rows as they are, without a look at any other. */
async function showRows(
  { name, files }: DatasetFiles,
  why: string,
  options: ShowOptions,
  io: CommandIo,
): Promise<void> {
  const rows =
    options.id === undefined
      ? await drawRows(files, options)
      : [await rowById(files, options.id)].filter((row) => row !== undefined)
  if (rows.length === 0)
    throw new UsageError(
      options.id === undefined
        ? `${name} has no pairs; ${why}`
        : `${name} has no pair whose id begins with ${options.id}`,
    )
  const { texts } = await rowColumns(files[0]!.path)
  const form = { width: terminalWidth(io), full: options.full }
  io.reporter.result('pairs', rows, rows.map((row) => formatPair(row, texts, form)).join('\n\n'))
}

async function showOfRun(read: ReadRun, target: string, options: ShowOptions, io: CommandIo): Promise<void> {
  const plan = planOf(read, `run \`npm run distill -- ${target}\` first`)
  const source = await openRunPairs(read.context, plan)
  const drawn = await drawnOf(read, plan.shards, options, () => drawPairs(source, options))
  const { student } = options
  if (student === undefined || drawn.length === 0) return showDrawn(source, drawn, options, io)
  const model = student === true ? undefined : student
  await showStudent(() => openStudent(read.context, model, io), source, drawn, options, io)
}

async function showDrawn(
  source: PairSource,
  drawn: readonly Drawn[],
  options: ShowOptions,
  io: CommandIo,
): Promise<void> {
  if (drawn.length === 0)
    throw new UsageError('there is no such pair; another condition, or another risk, may have some')
  const form = { width: terminalWidth(io), full: options.full }
  const show = (pair: ReviewPair): string =>
    formatPair(
      rowOfPair(pair),
      pair.answers.map(({ arm }) => arm),
      form,
    )
  if (options.review !== undefined) {
    const { review: reviewer, seed } = options
    const given = await reviewInTerminal({ reviewer, source, drawn, seed, show }, io)
    io.reporter.result(
      'reviewed',
      { verdicts: given, reviews: source.reviews },
      `${given} verdicts, in ${source.reviews}`,
    )
    return
  }
  const pairs = []
  for (const { id } of drawn) {
    const pair = await source.read(id)
    if (pair) pairs.push(pair)
  }
  io.reporter.result('pairs', pairs.map(rowOfPair), pairs.map(show).join('\n\n'))
}

async function drawnOf(
  { context }: ReadRun,
  shards: number,
  { where, risk, count, seed, id, student }: ShowOptions,
  draw: () => Promise<Drawn[]>,
): Promise<Drawn[]> {
  if (student !== undefined && id !== undefined) return [{ id, stratum: 'id', why: 'id' }]
  if (where === undefined) return draw()
  if (risk !== undefined) throw new UsageError('--where and --risk each choose pairs; give one of them')
  const stages = await loadStages()
  const reads = inputKinds(
    stages,
    stages.find(({ writes }) => writes === 'dataset')!,
    context,
  )
  const decisions = reads.decisions === 'set-decisions' ? 'set-decisions' : 'decisions'
  const ids = await idsWhere(context, { where, count, seed, shards, decisions })
  return ids.map((id) => ({ id, stratum: 'where', why: 'where' }))
}
