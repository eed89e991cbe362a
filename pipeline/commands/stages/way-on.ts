import { join, relative } from 'node:path'
import type { RunContext } from '../../recipe/run-context.ts'

/** A command as the user typed it. */
export type CommandLine = { name: string; recipePath: string }

/** How to go on with a run that ended early. */
export function wayOn({ name, recipePath }: CommandLine, context: RunContext, cwd: string): string {
  return `Everything answered so far is on disk. Go on with: npm run ${name} -- ${recipePath}${runFlag(context, cwd)}`
}

/** What the user may do with the written dataset. */
export function nextSteps({ recipePath }: CommandLine, context: RunContext, cwd: string): string {
  const flag = runFlag(context, cwd)
  return [
    '',
    'What to try next:',
    `  npm run show -- ${recipePath}${flag}            read some pairs side by side`,
    `  npm run status -- ${recipePath}${flag}          the ledger and what is still to do`,
    `  change a threshold in ${recipePath} and run it again: nothing is asked twice`,
    `  dataset: ${relative(cwd, join(context.runFolder, 'dataset'))}`,
  ].join('\n')
}

function runFlag({ runFolder, recipe }: RunContext, cwd: string): string {
  const shown = relative(cwd, runFolder)
  return shown === join('runs', recipe.name) ? '' : ` --run ${shown.startsWith('..') ? runFolder : shown}`
}
