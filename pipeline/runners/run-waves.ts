import { BudgetSpentError, ShortError, StoppedError } from '../../schemas/errors.ts'
import { placeOf, writeHeld } from '../../store/run/waves.ts'
import type { Worker } from '../engine/worker.ts'
import { chooseProblems } from '../stages/admit/choose-problems.ts'
import { isForChoice } from '../stages/admit/is-for-choice.ts'
import { loadWaves } from '../stages/admit/load-waves.ts'
import { unfinishedProblems } from '../stages/generate/ask-shard.ts'
import { planWave, type Expected, type StratumState } from '../stages/select/plan-wave.ts'
import { samplesOfProblem, strataStates } from '../stages/select/strata-states.ts'
import { runStages, type StagesToRun } from './run-stages.ts'

/**
 * Asks in waves until the wanted pairs are there or the problems are used up, and then writes the dataset.
 *
 * @returns the error that says what is missing, where something is
 * @throws BudgetSpentError when the budget ends first: then `settleWaves` makes the dataset of what there is
 */
export async function runWaves(worker: Worker, given: StagesToRun): Promise<ShortError | undefined> {
  const { context, reporter } = worker
  const { plan, chosen: stages } = given
  const select = context.recipe.select!
  await writeHeld(context.runFolder, new Float64Array())
  await loadWaves(context)
  const ofShards = stages.filter(({ scope }) => scope !== 'whole')
  for (;;) {
    // A stage that asks begins with a look at what is to be asked, such as whom to probe: every shard knows its wave by then.
    await runStages(worker, { ...given, chosen: stages.filter(isForChoice) })
    // The first wave needs to know what strata there are, and nothing else.
    if (context.chosen!.waves > 0) await runStages(worker, { ...given, chosen: ofShards })
    const strata = await strataStates(context, plan)
    if (context.chosen!.waves === 0) warnOfTooMany(strata, reporter)
    const wave = planWave(strata, {
      samples: samplesOfProblem(context.arms),
      balance: select.balance,
      left: worker.budget.left(),
    })
    if (wave.ended) {
      if (context.chosen!.waves === 0) await runStages(worker, { ...given, chosen: ofShards })
      await runStages(worker, { ...given, chosen: stages.filter(({ scope }) => scope === 'whole') })
      return wave.ended === 'enough' ? undefined : new ShortError(shortMessage(strata, select.pairs))
    }
    if (worker.stop.stop.aborted) throw new StoppedError('stopped by a signal')
    await chooseProblems(context, plan, wave.ask)
    await loadWaves(context)
    const number = context.chosen!.waves
    reporter.stop()
    reporter.note(
      `wave ${number}: ${progressText(strata, select.pairs)}; asking ${sumOf(wave.ask)} problems${ofStrata(wave.ask)}${expectedText(wave.rest, context.recipe.budget)}`,
    )
  }
}

/**
 * Makes the dataset of the pairs that there are when the budget is spent. Chosen problems that lack an answer wait for
 * more budget: they are set aside whole, so that the others can be sealed. Nothing is asked of a teacher.
 *
 * @param worker one that may still work: that of the asking was stopped
 */
export async function settleWaves(
  worker: Worker,
  given: StagesToRun,
  spent: BudgetSpentError,
): Promise<StoppedError> {
  const { context } = worker
  const held: number[] = []
  // The budget may have ended before every shard was told of the last wave.
  try {
    await runWithoutUnjudged(worker, { ...given, chosen: given.chosen.filter(isForChoice) }, held)
  } catch (error) {
    if (!(error instanceof BudgetSpentError)) throw error
    throw new StoppedError(
      `the budget ended while it was found out what the problems are about, which \`select.by\` needs of all of them, so none is chosen yet. ${sentence(spent.message)}`,
      { cause: spent },
    )
  }
  for (let shard = 0; shard < given.plan.shards; shard++)
    for (const id of await unfinishedProblems(worker, shard)) held.push(placeOf(id))
  await holdBack(worker, held)
  await runWithoutUnjudged(worker, given, held)
  const strata = await strataStates(context, given.plan)
  return new StoppedError(
    `${progressText(strata, context.recipe.select!.pairs)}: the dataset has no more. ${sentence(spent.message)}`,
    { cause: spent },
  )
}

async function holdBack({ context }: Worker, held: readonly number[]): Promise<void> {
  await writeHeld(context.runFolder, Float64Array.from(held))
  await loadWaves(context)
}

/** Problems of which a judge has not said everything wait for more budget too; each pass finds those of some shards. */
async function runWithoutUnjudged(worker: Worker, given: StagesToRun, held: number[]): Promise<void> {
  for (;;) {
    worker.unjudged = new Set()
    try {
      // Before anything looks at what is to be asked: of what is held back, nothing is.
      await runStages(worker, { ...given, chosen: given.chosen.filter(isForChoice) })
      return await runStages(worker, given)
    } catch (error) {
      if (!(error instanceof BudgetSpentError) || worker.unjudged.size === 0) throw error
      for (const id of worker.unjudged) held.push(placeOf(id))
      await holdBack(worker, held)
    }
  }
}

/**
 * Lets the problems go on that waited for more budget, for a command that asks without all stages. A run in waves does so by
 * itself.
 */
export async function releaseHeld(worker: Worker, given: StagesToRun): Promise<void> {
  await holdBack(worker, [])
  await runStages(worker, { ...given, chosen: given.all.filter(isForChoice) })
}

/** What cannot be filled however good the answers are is told before anything is asked. */
function warnOfTooMany(strata: readonly StratumState[], reporter: Worker['reporter']): void {
  const short = strata.filter(({ quota, problems }) => quota > problems)
  if (short.length === 0) return
  const each = short.map(
    ({ name, quota, problems }) =>
      `${strata.length > 1 ? `${name}: ` : ''}${quota} pairs are wanted of ${problems} problems`,
  )
  reporter.warn(
    `\`select\` cannot be filled, a problem gives one pair at most (${each.join('; ')}): what there is will be asked; add problems, lower the quota, or let others fill up with \`select.overflow: true\``,
  )
}

function taken({ accepted, quota }: StratumState): number {
  return Math.min(accepted, quota)
}

/** `763 of 1000 pairs (easy 305 of 400, …)` */
function progressText(strata: readonly StratumState[], pairs: number): string {
  const sum = strata.reduce((total, stratum) => total + taken(stratum), 0)
  const each = strata.map((stratum) => `${stratum.name} ${taken(stratum)} of ${stratum.quota}`)
  return `${sum} of ${pairs} pairs${strata.length > 1 ? ` (${each.join(', ')})` : ''}`
}

function shortMessage(strata: readonly StratumState[], pairs: number): string {
  const short = strata.filter((stratum) => taken(stratum) < stratum.quota)
  const each = short.map(
    (stratum) =>
      `${strata.length > 1 ? `${stratum.name}: ` : ''}${stratum.accepted} of ${stratum.quota} from all its ${stratum.problems} problems`,
  )
  return `${progressText(strata, pairs)}, and no problem is left to ask (${each.join('; ')}): the dataset has no more. Add problems, ask for more \`samples\` of a problem, loosen the filters, or lower \`select.pairs\`${strata.length > short.length ? ', or let other strata fill up with `select.overflow: true`' : ''}`
}

function expectedText(rest: Expected | undefined, budget: { usd?: number | undefined } | undefined): string {
  if (!rest) return ''
  const { low, expected, high } = rest
  if (budget?.usd !== undefined || expected.nano_usd > 0)
    return `; the missing pairs may cost $${usd(expected.nano_usd)} ($${usd(low.nano_usd)} to $${usd(high.nano_usd)})`
  return `; the missing pairs may take ${expected.tokens} tokens (${low.tokens} to ${high.tokens})`
}

function usd(nano: number): string {
  return (nano / 1e9).toFixed(2)
}

function ofStrata(ask: ReadonlyMap<string, number>): string {
  return ask.size > 1 ? ` (${[...ask].map(([name, count]) => `${name} ${count}`).join(', ')})` : ''
}

function sumOf(ask: ReadonlyMap<string, number>): number {
  return [...ask.values()].reduce((sum, count) => sum + count, 0)
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
