import { BudgetSpentError, TwinstillError, UsageError } from '../../../schemas/errors.ts'
import { terminalWidth } from '../../reporter/terminal-width.ts'
import { resolveRun } from '../../recipe/resolve-run.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { loadStages } from '../../stages/registry.ts'
import { readRecipe } from '../books/read-run.ts'
import type { CommandIo } from '../io.ts'
import { withPreparedRun } from '../stages/prepare-run.ts'
import { forecastRun } from './forecast.ts'
import { formatPlan, type PlanResult } from './format-plan.ts'
import { lookAhead } from './ahead.ts'
import { readPilot } from './observed.ts'
import { runPilot } from './run-pilot.ts'
import { lossesOf } from './losses.ts'
import { sampleCounts, tokenLimits } from './settings.ts'

export type PlanOptions = { run?: string; strict: boolean; pilot?: number | true }

/** Problems of a pilot unless stated. */
const usualPilot = 32

/**
 * Tells what a run will take: exact counts and upper bounds, and after a pilot a forecast with intervals. It reads the
 * problem set into the run folder, where the run finds it, and spends nothing without `--pilot`.
 */
export async function makePlan(
  recipePath: string,
  { run, strict, pilot }: PlanOptions,
  io: CommandIo,
): Promise<void> {
  const recipe = await readRecipe(recipePath, io)
  const context = resolveRun(recipe, run, io.cwd)
  const all = await loadStages()
  const asks = pilot !== undefined
  if (asks) {
    if (context.arms.every((arm) => arm.import))
      throw new UsageError('every arm of the recipe is imported, so there is nothing to ask in a pilot')
  }
  const chosen = asks ? all : all.filter(({ scope }) => scope === 'source')
  await withPreparedRun(context, { all, chosen, strict }, io, async (books, plan) => {
    const result: PlanResult = { recipe: recipe.name, ahead: await lookAhead(context, plan) }
    if (asks) {
      const asked = await runPilot(books, plan, all, pilot === true ? usualPilot : pilot, io).catch(
        (error: unknown) => {
          throw explained(error, context)
        },
      )
      const seen = await readPilot(all, asked, recipe.select)
      result.pilot = {
        forecast: forecastRun(context, seen.problems, {
          ...asked,
          part_bytes: seen.part_bytes,
          shardsOfRun: plan.shards,
        }),
        losses: lossesOf(context, seen.problems),
        limits: tokenLimits(context, seen.problems),
        samples: sampleCounts(context, seen.problems),
      }
    }
    io.reporter.result('plan', result, formatPlan(context, result, { recipePath, width: terminalWidth(io) }))
  })
}

function explained(error: unknown, { recipe }: RunContext): unknown {
  if (!(error instanceof BudgetSpentError)) return error
  return new TwinstillError(
    `the budget of \`${recipe.name}\` ended before its pilot did, so nothing can be forecast: ${error.message}, or ask a smaller pilot; what was answered is kept`,
    error.exitCode,
    { cause: error },
  )
}
