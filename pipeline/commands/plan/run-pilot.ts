import { BudgetSpentError, StoppedError, UsageError } from '../../../schemas/errors.ts'
import { collectOften } from '../../../schemas/heap-growth.ts'
import type { ShardPlan } from '../../../schemas/run.ts'
import { emptyLedger } from '../../ledger/empty-ledger.ts'
import { spentBefore } from '../../ledger/spent-before.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { runStages } from '../../runners/run-stages.ts'
import { isForChoice } from '../../stages/admit/is-for-choice.ts'
import { loadWaves } from '../../stages/admit/load-waves.ts'
import type { Stage } from '../../stages/stage.ts'
import type { OpenBooks } from '../books/open-run.ts'
import { isSmall } from '../stages/prepare-run.ts'
import { withWorker } from '../books/with-worker.ts'
import type { CommandIo } from '../io.ts'
import { choosePilot, type ChosenPilot } from './choose-pilot.ts'

/** A pilot that was asked: what it chose, and the context in which the parts of its problems are read. */
export type AskedPilot = ChosenPilot & {
  context: RunContext
  /** The first look at what is to be asked, and the last pair, in milliseconds since 1970. */
  started: number
  ended: number
  /** From the start of the command to that first look. */
  start_seconds: number
}

/**
 * Asks some problems of a run and takes their answers as far as pairs. The answers are in the run's journal, where the run finds
 * them; the parts are those of a run that selects these problems alone, and the run makes its own.
 *
 * @throws BudgetSpentError when the budget ends before the pilot does
 */
export async function runPilot(
  books: OpenBooks,
  plan: ShardPlan,
  all: readonly Stage[],
  count: number,
  io: CommandIo,
): Promise<AskedPilot> {
  const { reporter } = books
  const chosen = await choosePilot(books.context, plan, count)
  if (chosen.problems === 0)
    throw new UsageError(
      'there is no problem to ask in a pilot: every one is dropped by a problem filter, or is in no stratum of `select.quotas`',
    )
  const context = await pilotContext(books.context, chosen.problems)
  const stages = all.filter(({ scope, name }) => (scope === 'shard' || scope === 'set') && name !== 'select')
  const small = isSmall(context, chosen)
  if (!small) collectOften()
  reporter.note(
    `asking ${chosen.problems} of ${chosen.population} problems; their answers stay in ${context.runFolder} and the run takes them`,
  )
  const started = io.now()
  const start_seconds = io.figures().elapsed_seconds
  await books.recorded('plan', async () => {
    const spent = await spentBefore(context, reporter)
    await withWorker(context, { io, spent, session: books.session, isSmall: small }, async (worker) => {
      const given = {
        title: 'pilot',
        plan: { ...plan, only: chosen.shards },
        all,
        ledger: async () => emptyLedger(context, plan, undefined),
      }
      // Which problems there are to ask comes before the first look at what is to be asked of them.
      try {
        await runStages(worker, { ...given, chosen: stages.filter(isForChoice) })
        await runStages(worker, { ...given, chosen: stages })
      } catch (error) {
        // Whatever is thrown first, a spent budget is why everything stopped.
        const { reason } = worker.stop.stop as { reason: unknown }
        throw reason instanceof BudgetSpentError ? reason : error
      }
      if (worker.stop.stop.aborted) throw new StoppedError('stopped by a signal')
    })
  })
  return { ...chosen, context, started, ended: io.now(), start_seconds }
}

/** The run as one that selects the problems of its pilot, so many that were chosen before. */
export async function pilotContext(context: RunContext, problems: number): Promise<RunContext> {
  const select = {
    pairs: Math.max(1, problems),
    within: 'problems',
    balance: 'reserve',
    overflow: false,
  } as const
  const pilot: RunContext = { ...context, recipe: { ...context.recipe, select }, pilot: true }
  await loadWaves(pilot)
  return pilot
}
