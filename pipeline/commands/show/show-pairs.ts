import { join } from 'node:path'
import { readManifest } from '../../../output/dataset/manifest.ts'
import { UsageError } from '../../../schemas/errors.ts'
import { terminalWidth } from '../../reporter/terminal-width.ts'
import type { CommandIo } from '../io.ts'
import { readRun } from '../books/read-run.ts'
import { drawRows, rowById } from './find-rows.ts'
import { formatPair } from './format-pair.ts'

export type ShowOptions = { run?: string; count: number; seed: number; id?: string; full: boolean }

/** Prints pairs of the dataset side by side: the same ones for the same seed. */
export async function showPairs(recipePath: string, options: ShowOptions, io: CommandIo): Promise<void> {
  const { context } = await readRun(recipePath, options, io)
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
