import { join } from 'node:path'
import { isRight, renderTargets } from '../../../output/render/render-targets.ts'
import { Target } from '../../../output/render/target.ts'
import { RunError, UsageError } from '../../../schemas/errors.ts'
import { exists } from '../../../store/files/entries.ts'
import { terminalWidth } from '../../reporter/terminal-width.ts'
import type { CommandIo } from '../io.ts'
import { readRun } from '../books/read-run.ts'
import { datasetFolder } from '../../stages/write/write.ts'
import { formatReports } from './format-reports.ts'
import { targetAccess } from './target-access.ts'

export type RenderCommandOptions = { run?: string; target?: string[]; rows?: number }

/**
 * Renders a run's dataset with the chat template of every target, and prints what becomes of its rows.
 *
 * @throws RunError when something is wrong for a target, after the report
 */
export async function renderRun(
  recipePath: string,
  options: RenderCommandOptions,
  io: CommandIo,
): Promise<void> {
  const { context } = await readRun(recipePath, options, io)
  if (options.target?.includes(''))
    throw new UsageError('--target wants a model of the Hub (org/name@revision) or a folder (./student)')
  const targets = options.target?.map((model) => Target.parse(model)) ?? context.recipe.write.targets ?? []
  if (targets.length === 0)
    throw new UsageError(
      'no target to render for; name the models that are trained in `write.targets`, or one with --target ORG/NAME@REVISION or --target ./FOLDER',
    )
  const folder = datasetFolder(context)
  if (!(await exists(join(folder, 'manifest.json'))))
    throw new UsageError(`${folder} holds no dataset yet; write it with \`npm run distill -- ${recipePath}\``)
  const reports = await renderTargets(folder, targets, targetAccess(context, io), { rows: options.rows })
  io.reporter.result('render', reports, formatReports(reports, terminalWidth(io)))
  const wrong = reports.filter((report) => !isRight(report)).map(({ target }) => target)
  if (wrong.length > 0)
    throw new RunError(
      `the dataset is not right for ${wrong.join(', ')}; the report says for each configuration what to write in the recipe`,
    )
}
