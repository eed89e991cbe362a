import { BudgetSpentError, RunError, TwinstillError } from '../../../schemas/errors.ts'
import { collectOften } from '../../../schemas/heap-growth.ts'
import type { Ledger } from '../../../schemas/ledger.ts'
import type { ShardPlan } from '../../../schemas/run.ts'
import { formatLedger } from '../../ledger/format-ledger.ts'
import { nothing } from '../../engine/budget.ts'
import { spentBefore } from '../../ledger/spent-before.ts'
import { readRecipe } from '../books/read-run.ts'
import { resolveRun } from '../../recipe/resolve-run.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { LeftToOthers } from '../../runners/embedded.ts'
import type { Share } from '../../engine/share.ts'
import { runStages, type StagesToRun } from '../../runners/run-stages.ts'
import { releaseHeld, runWaves, settleWaves } from '../../runners/run-waves.ts'
import { loadStages } from '../../stages/registry.ts'
import type { Stage } from '../../stages/stage.ts'
import type { OpenBooks } from '../books/open-run.ts'
import { openRunLedger } from '../books/run-ledger.ts'
import type { QueueOptions } from '../books/queue-flag.ts'
import { withPublishedProgress } from '../books/publish-progress.ts'
import { withWorker } from '../books/with-worker.ts'
import { metricsWish } from '../../reporter/metrics/wish.ts'
import { terminalWidth } from '../../reporter/terminal-width.ts'
import type { CommandIo } from '../io.ts'
import { isSmall, withPreparedRun } from './prepare-run.ts'
import { refuseAlone, sharingOf, untilOthersLeave, withRunner } from './sharing.ts'
import { nextSteps, wayOn, type CommandLine } from './way-on.ts'

export type StagesOptions = QueueOptions & {
  run?: string
  strict: boolean
  metricsPort?: string
  shard?: string
  /** Whether to wait for what other workers do. */
  wait?: boolean
  /** Seconds that answers in flight are waited for after a signal. */
  grace?: number
}

/**
 * Takes every shard of a run through stages, adds the ledger up and prints it.
 *
 * @param wanted names of the stages to run; all of them where it is not given
 */
export async function runStagesCommand(
  command: CommandLine & { wanted?: readonly string[] },
  { run, strict, metricsPort, wait, grace, ...sharedBy }: StagesOptions,
  io: CommandIo,
): Promise<void> {
  const wish = metricsWish(metricsPort, io.environment)
  const sharing = sharingOf(sharedBy, io)
  const recipe = await readRecipe(command.recipePath, io)
  refuseAlone(recipe, sharing)
  const context = resolveRun(recipe, run, io.cwd)
  const { limit, builtin } = recipe.problems
  // How many rows a file has is not known yet.
  if (!isSmall(context, { problems: limit ?? builtin?.count ?? Infinity })) collectOften()
  const all = await loadStages()
  const chosen = all.filter(({ name }) => command.wanted?.includes(name) ?? true)
  const { share, shared } = sharing
  await withRunner(sharing, context, { ...command, chosen }, io, (runner) =>
    withPreparedRun(context, { all, chosen, strict, shared }, io, (books, plan) =>
      withPublishedProgress(context, { io, wish, joined: books.joined }, () =>
        work(books, plan, { command, all, chosen, share, leaves: wait === false, grace, runner }, io),
      ),
    ),
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
  share: Share | undefined
  leaves: boolean
  grace: number | undefined
  runner: StagesToRun['runner']
}

async function work(
  books: OpenBooks,
  plan: ShardPlan,
  { command, all, chosen, share, leaves, grace, runner }: Chosen,
  io: CommandIo,
): Promise<void> {
  const { context, reporter } = books
  const ledger = openRunLedger(context, plan)
  let short: TwinstillError | undefined
  let left: LeftToOthers | undefined
  await books.recorded(command.name, async () => {
    for (const [name, { price }] of Object.entries(context.recipe.endpoints))
      if (price?.source !== undefined) reporter.note(`endpoint ${name}: prices of ${price.source}`)
    // Whoever joins others takes that from them: requests that they have open would look like cut off ones.
    const spent = books.joined ? nothing : await spentBefore(context, reporter)
    const stages = { title: command.name, plan, all, chosen, ledger: ledger.of, runner }
    try {
      short = await withStages(context, stages, {
        io,
        session: books.session,
        share,
        leaves,
        grace,
        spent,
        isSmall: isSmall(context, plan),
      })
    } catch (error) {
      if (error instanceof LeftToOthers) {
        left = error
        return
      }
      if (!(error instanceof TwinstillError) || error.exitCode === 2) throw error
      throw withWayOn(error, command, context, io)
    }
  })
  if (left) {
    reporter.note(
      `${left.message}; should nobody have made the dataset in the end, a start without --shard does. ${wayOn(command, context, io.cwd)}`,
    )
    return
  }
  const stored = await books.session.withBooks(() => ledger.store())
  if (runner) await untilOthersLeave(books.session)
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
    if (!inWaves) {
      const asks = stages.chosen.some(({ name }) => name === 'generate')
      if (context.recipe.select && asks) await releaseHeld(worker, stages)
      return runStages(worker, stages)
    }
    try {
      return await runWaves(worker, stages)
    } catch (error) {
      // Whatever is thrown first, the budget is why everything stopped.
      const { reason } = worker.stop.stop as { reason: unknown }
      spent = [reason, error].find((each) => each instanceof BudgetSpentError)
      if (!spent) throw error
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
