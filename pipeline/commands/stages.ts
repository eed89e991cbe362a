import { Option } from 'commander'
import { stageEntries } from '../stages/registry.ts'
import { type Command, positiveNumber, type RecipeOptions } from './command.ts'
import { queueOptions } from './books/queue-flag.ts'
import { shardOptions } from './books/shard-flag.ts'
import { graceOption } from './grace-option.ts'
import { progressOption } from './progress-option.ts'
import type { StagesOptions } from './stages/run-command.ts'

type FilterOptions = { explain?: string; set?: string[]; dryRun?: boolean }
type StagesCommand = Command<
  [recipe: string],
  StagesOptions & RecipeOptions & FilterOptions & { audit?: number; withdraw?: string }
>

const auditOption = new Option(
  '--audit <number>',
  'afterwards, check so many verdicts on mathematics with Math-Verify, in the Python that TWINSTILL_PYTHON names',
).argParser(positiveNumber)

const withdrawOption = new Option(
  '--withdraw <reviews|none>',
  'take the pairs out that reviewers reject now, or put all of them back; nothing is asked',
)

const filterOptions = [
  new Option('--explain <id>', 'tell every decision on this problem or sample instead'),
  new Option('--set <key=value...>', 'with --dry-run: another option of a filter'),
  new Option('--dry-run', 'tell what --set would change, and write nothing').default(false),
]

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
    knowsItsSize: true,
    options: [
      progressOption(),
      ...shardOptions(),
      ...queueOptions('leave the shards to workers that take them from the queue at this address'),
      new Option(
        '--metrics-port <port>',
        'serve metrics for Prometheus on this machine while the command works: 9464, 0 for a free one, 0.0.0.0:9464 for all addresses',
      ),
      graceOption(),
      new Option('--strict', 'end the run at the first bad row of the problem set').default(false),
      ...(name === 'verify' ? [auditOption] : []),
      ...(name === 'filter' ? filterOptions : []),
      ...(name === 'write' ? [withdrawOption] : []),
    ],
    async run([recipePath], options, io) {
      if (options.explain !== undefined) {
        const { explainDecisions } = await import('./decisions/explain.ts')
        return explainDecisions(recipePath, { ...options, id: options.explain }, io)
      }
      if (options.dryRun === true || options.set !== undefined) {
        const { whatIf } = await import('./decisions/what-if.ts')
        return whatIf(recipePath, { ...options, set: options.set ?? [], dryRun: options.dryRun ?? false }, io)
      }
      let stages = wanted === undefined ? undefined : [wanted]
      if (options.withdraw !== undefined) {
        const { withdraw } = await import('./review/withdraw.ts')
        await withdraw(recipePath, options, options.withdraw, io)
        stages = ['pair', 'write']
      }
      const { runStagesCommand } = await import('./stages/run-command.ts')
      await runStagesCommand({ name, recipePath, ...(stages && { wanted: stages }) }, options, io)
      if (options.audit === undefined) return
      const { auditVerdicts } = await import('./audit/audit-verdicts.ts')
      await auditVerdicts(recipePath, { ...options, count: options.audit }, io)
    },
  }
}
