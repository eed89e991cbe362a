import { join } from 'node:path'
import { readManifest } from '../../../output/dataset/manifest.ts'
import type { Drawn } from '../../../review/draw/draw-sample.ts'
import { UsageError } from '../../../schemas/errors.ts'
import { terminalWidth } from '../../reporter/terminal-width.ts'
import { inputKinds } from '../../stages/input-kinds.ts'
import { loadStages } from '../../stages/registry.ts'
import { planOf, readRun, type ReadRun } from '../books/read-run.ts'
import type { CommandIo } from '../io.ts'
import { openRunPairs } from '../review/run-pairs.ts'
import { drawRows, rowById } from './find-rows.ts'
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
 * Prints pairs side by side, the same ones for the same seed: rows of the dataset, or problems of the run with all that is
 * known of them where a condition, a risk or a review asks for them.
 */
export async function showPairs(recipePath: string, options: ShowOptions, io: CommandIo): Promise<void> {
  const read = await readRun(recipePath, options, io)
  const { where, risk, review, student } = options
  const ofRun = [where, risk, review, student].some((each) => each !== undefined)
  if (ofRun) await showOfRun(read, recipePath, options, io)
  else await showOfDataset(read, recipePath, options, io)
}

async function showOfDataset(
  { context }: ReadRun,
  recipePath: string,
  options: ShowOptions,
  io: CommandIo,
): Promise<void> {
  const folder = join(context.runFolder, 'dataset')
  const files = (await readManifest(folder)).files
    .filter((file) => file.config === 'pairs')
    .map(({ path, rows }) => ({ path: join(folder, path), rows }))
  if (files.length === 0)
    throw new UsageError(
      `${folder} has no configuration \`pairs\`; add it to \`write.configs\` and run \`npm run write -- ${recipePath}\``,
    )
  const rows =
    options.id === undefined
      ? await drawRows(files, options)
      : [await rowById(files, options.id)].filter((row) => row !== undefined)
  if (rows.length === 0)
    throw new UsageError(
      options.id === undefined
        ? `${folder} has no pairs; \`npm run status -- ${recipePath}\` tells why`
        : `${folder} has no pair whose id begins with ${options.id}`,
    )
  const columns = context.arms.map((arm) => arm.role.replaceAll('-', '_'))
  const form = { width: terminalWidth(io), full: options.full }
  io.reporter.result('pairs', rows, rows.map((row) => formatPair(row, columns, form)).join('\n\n'))
}

async function showOfRun(
  read: ReadRun,
  recipePath: string,
  options: ShowOptions,
  io: CommandIo,
): Promise<void> {
  const { context } = read
  const plan = planOf(read, `run \`npm run distill -- ${recipePath}\` first`)
  const source = await openRunPairs(context, plan)
  const drawn = await drawnOf(read, plan.shards, options, () => drawPairs(source, options))
  if (drawn.length === 0)
    throw new UsageError('there is no such pair; another condition, or another risk, may have some')
  if (options.student !== undefined) {
    const { student, full } = options
    await showStudent(context, source, drawn, { student, full }, io)
    return
  }
  const form = { width: terminalWidth(io), full: options.full }
  const columns = context.arms.map(({ name }) => name)
  if (options.review !== undefined) {
    const { review: reviewer, seed } = options
    const show = (pair: Parameters<typeof rowOfPair>[0]): string => formatPair(rowOfPair(pair), columns, form)
    const given = await reviewInTerminal({ reviewer, source, drawn, seed, show }, io)
    io.reporter.result(
      'reviewed',
      { verdicts: given, reviews: source.reviews },
      `${given} verdicts, in ${source.reviews}`,
    )
    return
  }
  const rows = []
  for (const { id } of drawn) {
    const pair = await source.read(id)
    if (pair) rows.push(rowOfPair(pair))
  }
  io.reporter.result('pairs', rows, rows.map((row) => formatPair(row, columns, form)).join('\n\n'))
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
