import { BudgetSpentError, RunError, TwinstillError, UsageError } from '../../../schemas/errors.ts'
import { collectOften } from '../../../schemas/heap-growth.ts'
import type { Ledger } from '../../../schemas/ledger.ts'
import type { ShardPlan } from '../../../schemas/run.ts'
import { emptyLedger } from '../../ledger/empty-ledger.ts'
import { formatLedger } from '../../ledger/format-ledger.ts'
import { spentBefore } from '../../ledger/spent-before.ts'
import { readRecipe } from '../books/read-run.ts'
import { loadRejected } from '../../recipe/rejected-pairs.ts'
import { resolveRun } from '../../recipe/resolve-run.ts'
import { loadTokenizers, locateTokenizers, tryTokenizers } from '../../recipe/tokenizers.ts'
import { secretsOf } from '../../recipe/secrets-of.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { runStages, type StagesToRun } from '../../runners/run-stages.ts'
import { runWaves, settleWaves } from '../../runners/run-waves.ts'
import { loadWaves } from '../../stages/admit/load-waves.ts'
import { loadFilterFiles, locateFilterFiles } from '../../stages/filter/filter-files.ts'
import { importedDigests } from '../../stages/generate/import/import-traces.ts'
import { loadReadingRules } from '../../stages/generate/probe/reading-rules.ts'
import { loadStages } from '../../stages/registry.ts'
import type { SourceStage, Stage } from '../../stages/stage.ts'
import { openRun, type OpenBooks } from '../books/open-run.ts'
import { openRunLedger } from '../books/run-ledger.ts'
import { withPublishedProgress } from '../books/publish-progress.ts'
import { withWorker } from '../books/with-worker.ts'
import { metricsWish } from '../../reporter/metrics/wish.ts'
import { terminalWidth } from '../../reporter/terminal-width.ts'
import type { CommandIo } from '../io.ts'
import { nextSteps, wayOn, type CommandLine } from './way-on.ts'

export type StagesOptions = { run?: string; strict: boolean; metricsPort?: string }

/**
 * Takes every shard of a run through stages, adds the ledger up and prints it.
 *
 * @param wanted names of the stages to run; all of them where it is not given
 */
export async function runStagesCommand(
  command: CommandLine & { wanted?: readonly string[] },
  { run, strict, metricsPort }: StagesOptions,
  io: CommandIo,
): Promise<void> {
  const wish = metricsWish(metricsPort, io.environment)
  const recipe = await readRecipe(command.recipePath, io)
  const context = resolveRun(recipe, run, io.cwd)
  const { limit, builtin } = recipe.problems
  // How many rows a file has is not known yet.
  if (!isSmall(context, { problems: limit ?? builtin?.count ?? Infinity })) collectOften()
  const all = await loadStages()
  const chosen = all.filter(({ name }) => command.wanted?.includes(name) ?? true)
  for (const stage of chosen) stage.require?.(context, io.environment)
  context.filterFiles = await locateFilterFiles(context, io.cwd)
  context.tokenizers = await locateTokenizers(context, io.cwd)
  tryTokenizers(context)
  await openRun(context, { io, unbegun: 'removed' }, async (books) => {
    // Only now is it known that the run folder can be one.
    await loadRejected(context)
    await loadFilterFiles(context, (folder) => books.hub(folder))
    await loadTokenizers(context, (folder) => books.hub(folder))
    const secrets = secretsOf(recipe, io.environment)
    const plan = await prepare(books, { all, chosen }, { strict, secrets })
    await withPublishedProgress(context, { io, wish }, () => work(books, plan, { command, all, chosen }, io))
  })
}

/** Does everything that comes before there is a worker: shards, imported traces, reading rules. */
async function prepare(
  books: OpenBooks,
  { all, chosen }: Pick<Chosen, 'all' | 'chosen'>,
  options: Parameters<SourceStage['cut']>[1],
): Promise<ShardPlan> {
  const { context } = books
  const source = chosen.find((stage) => stage.scope === 'source')
  const plan = source ? await source.cut(books, options) : books.plan
  if (!plan)
    throw new RunError(
      `${context.runFolder} has no problems yet; run \`npm run problems -- RECIPE\` first, or all stages with \`npm run distill -- RECIPE\``,
    )
  books.plan = plan
  context.cuts = plan
  context.imports = await importedDigests(context)
  if (chosen.some(({ name }) => name === 'generate'))
    for (const stage of all)
      if (stage.scope === 'whole')
        await stage.rehearse?.(context, (written) => emptyLedger(context, plan, written))
  for (const stage of chosen) await stage.prepare?.(books, plan)
  await loadReadingRules(context)
  await loadWaves(context)
  if (
    context.chosen?.waves === 0 &&
    chosen.length < all.length &&
    chosen.some(({ name }) => name === 'generate')
  )
    throw new UsageError(
      'with `select` only `npm run distill -- RECIPE` chooses which problems are asked; `generate` goes on with what it chose',
    )
  await books.save()
  return plan
}

/** Up to so many samples, loading the code for a thread costs more than the thread brings, and memory need not be kept small. */
const fewSamples = 256

function isSmall({ arms }: OpenBooks['context'], { problems }: Pick<ShardPlan, 'problems'>): boolean {
  return (
    problems * arms.reduce((samples, arm) => samples + (arm.adaptive?.max ?? arm.samples), 0) <= fewSamples
  )
}

/**
 * A run that brought nothing at all has failed, whatever the reasons of the single samples are.
 *
 * @throws RunError when samples were sent and none of any arm was answered
 */
function requireAnswers({ samples }: Ledger, { recipePath }: CommandLine): void {
  const answered = samples.filter(({ stage }) => stage === 'answered')
  const sent = answered.reduce((sum, row) => sum + row.in, 0)
  if (sent === 0 || answered.some((row) => row.out > 0)) return
  const reasons = new Set(answered.flatMap(({ lost }) => Object.keys(lost)))
  throw new RunError(
    `nothing was answered: all ${sent} samples that were sent failed (${[...reasons].join(', ')}); see to the endpoint with \`npm run probe -- ${recipePath}\`, then run the same command again`,
  )
}

type Chosen = {
  command: CommandLine
  all: readonly Stage[]
  chosen: readonly Stage[]
}

async function work(
  books: OpenBooks,
  plan: ShardPlan,
  { command, all, chosen }: Chosen,
  io: CommandIo,
): Promise<void> {
  const { context, reporter } = books
  const ledger = openRunLedger(context, plan)
  let short: TwinstillError | undefined
  await books.recorded(command.name, async () => {
    for (const [name, { price }] of Object.entries(context.recipe.endpoints))
      if (price?.source !== undefined) reporter.note(`endpoint ${name}: prices of ${price.source}`)
    const spent = await spentBefore(context, reporter)
    const stages = { title: command.name, plan, all, chosen, ledger: ledger.of }
    try {
      short = await withStages(context, stages, { io, spent, isSmall: isSmall(context, plan) })
    } catch (error) {
      if (!(error instanceof TwinstillError) || error.exitCode === 2) throw error
      throw withWayOn(error, command, context, io)
    }
  })
  const stored = await ledger.store()
  reporter.result(
    'ledger',
    stored,
    formatLedger(stored, { budget: context.recipe.budget, width: terminalWidth(io) }),
  )
  for (const stage of chosen) await stage.conclude?.(context, plan, reporter)
  if (chosen.some(({ name }) => name === 'generate')) requireAnswers(stored, command)
  if (short) throw short.exitCode === 3 ? withWayOn(short, command, context, io) : short
  if (chosen.some((stage) => stage.writes === 'dataset')) reporter.note(nextSteps(command, context, io.cwd))
}

/**
 * Takes the run through its stages: once, or in waves where all of them run and the recipe selects a number of pairs.
 *
 * @returns what the wanted pairs lack, where the dataset is written and they lack something
 */
async function withStages(
  context: RunContext,
  stages: StagesToRun,
  options: Parameters<typeof withWorker>[1],
): Promise<TwinstillError | undefined> {
  const inWaves = context.recipe.select !== undefined && stages.chosen.length === stages.all.length
  let spent: BudgetSpentError | undefined
  const short = await withWorker(context, options, async (worker) => {
    if (!inWaves) return runStages(worker, stages)
    try {
      return await runWaves(worker, stages)
    } catch (error) {
      // Whatever is thrown first, the budget is why everything stopped.
      const { reason } = worker.stop.stop as { reason: unknown }
      if (!(reason instanceof BudgetSpentError)) throw error
      spent = reason
      return undefined
    }
  })
  if (!spent) return short ?? undefined
  const cause = spent
  const again = { ...options, spent: await spentBefore(context, options.io.reporter) }
  return withWorker(context, again, (worker) => settleWaves(worker, stages, cause))
}

function withWayOn(
  error: TwinstillError,
  command: CommandLine,
  context: RunContext,
  { cwd }: CommandIo,
): TwinstillError {
  return new TwinstillError(`${error.message}\n${wayOn(command, context, cwd)}`, error.exitCode, {
    cause: error,
  })
}
