import { setTimeout as sleep } from 'node:timers/promises'
import { openBudgetLog } from '../../store/budget/budget-log.ts'
import { startOf } from '../../store/journal/attempt-name.ts'
import type { Session } from '../../store/session/session.ts'
import type { RunContext } from '../recipe/run-context.ts'
import type { Allowance } from './allowance/allowance.ts'
import { openAllowance } from './allowance/open-allowance.ts'
import type { Amount } from './budget.ts'
import { capOf } from './budget-limits.ts'
import { deadSpend } from './dead-spend.ts'

export type RunAllowance = { allowance: Allowance; close(): Promise<void> }

/**
 * Opens this worker's part of the budget of a run.
 *
 * @param attempt the name of this start in journals
 * @param spent what earlier starts have spent; where others are at work, what they began with counts
 * @returns `undefined` where the run has no budget, or this process has it for itself
 */
export async function openRunAllowance(
  { recipe, runFolder }: RunContext,
  session: Session,
  { attempt, spent, stop }: { attempt: string; spent: Amount; stop: AbortSignal },
): Promise<RunAllowance | undefined> {
  const { workers, worker, requireAlive } = session
  const limits = recipe.budget ?? {}
  if (!session.shared || (limits.usd === undefined && limits.tokens === undefined)) return undefined
  const log = openBudgetLog(runFolder)
  const { account } = await log.read()
  // A further start of this process goes on with the log that its first one has begun.
  const joins = session.joined || [...account.holdings.values()].some((each) => each.worker === worker)
  const pauseMs = Math.min(1000, workers.ttlMs / 10)
  const allowance = await openAllowance(
    {
      log,
      worker,
      attempt: startOf(attempt).rest,
      cap: capOf(limits),
      requireAlive,
      stateOf: (other) => workers.stateOf(other),
      bury: (other) => workers.bury(other),
      workers: async () => 1 + (await workers.others()).length,
      spentBy: (of) => deadSpend(runFolder, of, recipe),
      async pause() {
        await sleep(pauseMs)
        stop.throwIfAborted()
      },
    },
    joins ? 'others' : spent,
  )
  let resting: Promise<void> | undefined
  const timer = setInterval(() => {
    // A disk that fails shows itself where something is to be spent.
    resting ??= allowance
      .rest()
      .catch(() => undefined)
      .finally(() => (resting = undefined))
  }, workers.ttlMs / 5)
  timer.unref()
  return {
    allowance,
    async close() {
      clearInterval(timer)
      await resting
      await allowance.end()
    },
  }
}
