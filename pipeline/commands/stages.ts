import { Option } from 'commander'
import { stageEntries } from '../stages/registry.ts'
import { type Command, positiveNumber, type RecipeOptions } from './command.ts'
import type { StagesOptions } from './stages/run-command.ts'

type StagesCommand = Command<[recipe: string], StagesOptions & RecipeOptions & { audit?: number }>

const auditOption = new Option(
  '--audit <number>',
  'afterwards, check so many verdicts on mathematics with Math-Verify, in the Python that TWINSTILL_PYTHON names',
).argParser(positiveNumber)

/** All stages, one after the other. */
export const distillCommand = runs(
  'distill',
  'all stages: from the problems to the dataset; a second start does only what is missing',
)

/** One command for each stage. */
export const stageCommands = stageEntries.map(({ name, describe }) => runs(name, describe, name))

function runs(name: string, describe: string, wanted?: string): StagesCommand {
  return {
    name,
    describe,
    takesRecipe: true,
    options: [
      new Option('--strict', 'end the run at the first bad row of the problem set').default(false),
      ...(name === 'verify' ? [auditOption] : []),
    ],
    async run([recipePath], options, io) {
      const { runStagesCommand } = await import('./stages/run-command.ts')
      await runStagesCommand({ name, recipePath, ...(wanted !== undefined && { wanted }) }, options, io)
      if (options.audit === undefined) return
      const { auditVerdicts } = await import('./audit/audit-verdicts.ts')
      await auditVerdicts(recipePath, { ...options, count: options.audit }, io)
    },
  }
}
