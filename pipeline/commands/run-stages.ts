import { join, relative } from 'node:path'
import { RunError, StoppedError, TwinstillError, UsageError } from '../../schemas/errors.ts'
import type { Ledger } from '../../schemas/ledger.ts'
import type { RunRecord, ShardPlan } from '../../schemas/run.ts'
import { createEngine } from '../engine/engine.ts'
import { buildLedger } from '../ledger/build-ledger.ts'
import { ledgerFaults } from '../ledger/check-ledger.ts'
import { formatLedger } from '../ledger/format-ledger.ts'
import { importedDigests, importTraces } from '../stages/generate/import/import-traces.ts'
import type { HubContext } from '../../problems/hub/hub-source.ts'
import type { Pins } from '../../hub/read/reference.ts'
import { spentBefore } from '../ledger/spent-before.ts'
import { loadReadingRules } from '../stages/generate/probe/reading-rules.ts'
import { loadRecipe } from '../recipe/load-recipe.ts'
import { resolveRun } from '../recipe/resolve-run.ts'
import { replaceFile } from '../../store/files/atomic.ts'
import { exists, namesIn, removeIfEmpty } from '../../store/files/entries.ts'
import { lockRunFolder } from '../../store/run/lock.ts'
import { importAttempt } from '../../store/run/paths.ts'
import {
  claimRunFolder,
  loadedFolder,
  makeRunFolder,
  recordEvent,
  removeLeftovers,
  removeUnbegun,
  writeRunRecord,
} from '../../store/run/run-folder.ts'
import { runStages as runAll } from '../runners/run-stages.ts'
import type { RunContext } from '../recipe/run-context.ts'
import { loadStages } from '../stages/registry.ts'
import type { Stage } from '../stages/stage.ts'
import { prepareProblems } from '../stages/problems/problems.ts'
import { writtenExports } from '../stages/written-exports.ts'
import { listenForStop } from '../engine/stop-signals.ts'
import type { CommandIo } from './io.ts'

export type RunOptions = { run?: string; strict: boolean }

/** Runs one stage, or all of them for `distill`, over every shard of a run, and settles the ledger. */
export async function runStages(
  command: string,
  recipePath: string,
  options: RunOptions,
  io: CommandIo,
): Promise<void> {
  const recipe = await loadRecipe(recipePath, io.environment, io.now)
  const context = resolveRun(recipe, options.run, io.cwd)
  const all = await loadStages()
  const chosen = command === 'distill' ? all : all.filter((stage) => stage.name === command)
  for (const stage of chosen) stage.require?.(context, io.environment)
  const isNew = !(await exists(context.runFolder))
  await makeRunFolder(context.runFolder)
  const unlock = await lockRunFolder(context.runFolder)
  let earlier: RunRecord | undefined
  let claimed = false
  let mistaken = false
  try {
    earlier = await claimRunFolder(context.runFolder, recipe)
    claimed = true
    await removeLeftovers(context.runFolder)
    await run({ command, all, chosen }, recipePath, options, context, earlier, io)
  } catch (error) {
    mistaken = error instanceof UsageError
    throw error
  } finally {
    // Under the lock, or it could be another start's files that are taken away.
    if (claimed && !earlier) await removeUnbegun(context.runFolder, !mistaken)
    await unlock()
    if (isNew) await removeIfEmpty(context.runFolder)
  }
}

type Work = { command: string; all: readonly Stage[]; chosen: readonly Stage[] }

async function run(
  { command, all, chosen }: Work,
  recipePath: string,
  { strict }: RunOptions,
  given: RunContext,
  record: RunRecord | undefined,
  io: CommandIo,
): Promise<void> {
  const { reporter, now } = io
  const { recipe, runFolder } = given
  // Before anything else is put there: a start that is killed while it reads the problems must find its own folder again.
  let pins = record?.pins
  const recordRun = (plan: ShardPlan | null): Promise<void> =>
    writeRunRecord(runFolder, recipe, record, { plan, pins }, now)
  let known = record?.plan ?? null
  await recordRun(known)
  const pin = (found: Pins): Promise<void> => {
    pins = { ...pins, ...found }
    return recordRun(known)
  }
  const note = (text: string): void => reporter.note(text)
  const hubOf = (folder: string): HubContext => {
    return { environment: io.environment, now, note, folder, pins: pins ?? {}, pin }
  }
  const plan = await planOf(chosen, { context: given, strict, plan: known, hubOf, io })
  known = plan
  const asks = chosen.some((stage) => stage.writes === 'traces')
  const hub = hubOf(join(runFolder, 'imports.hub'))
  const imports = asks ? await importTraces(given, plan, { ...io, hub }) : await importedDigests(given)
  const context = { ...given, imports }
  await loadReadingRules(context)
  await recordRun(plan)
  await recordEvent(runFolder, 'start', { command }, now)
  for (const [name, { price }] of Object.entries(recipe.endpoints))
    if (price?.source !== undefined) reporter.note(`endpoint ${name}: prices of ${price.source}`)
  const spent = await spentBefore(context, reporter)
  const signals = listenForStop((text) => reporter.note(text))
  const engine = createEngine({
    context,
    plan,
    reporter,
    stop: signals,
    now,
    environment: io.environment,
    random: io.random,
    threadEntry: new URL('../stages/thread.ts', import.meta.url),
    spent,
  })
  let outcome = 'failed'
  try {
    await runAll(engine, {
      title: command,
      all,
      chosen,
      ledger: (written) => buildLedger(context, plan, written),
    })
    outcome = 'done'
  } catch (error) {
    if (error instanceof StoppedError) outcome = 'stopped'
    throw withWayOn(error, command, recipePath, context, io.cwd)
  } finally {
    reporter.stop()
    signals.release()
    await engine.close()
    // The history is worth less than the error that may be on its way: a full disk must not hide it.
    await recordEvent(runFolder, outcome, { command }, now).catch((error: unknown) =>
      reporter.warn(`events.jsonl could not be written: ${String(error)}`),
    )
  }
  const ledger = await storeLedger(context, plan)
  reporter.result('ledger', ledger, formatLedger(ledger, context.recipe.budget))
  for (const stage of chosen) await stage.conclude?.(context, plan, reporter)
  if (chosen.some((stage) => stage.writes === 'dataset'))
    reporter.note(nextCommands(recipePath, context, io.cwd))
}

async function planOf(
  chosen: readonly Stage[],
  given: {
    context: RunContext
    strict: boolean
    plan: ShardPlan | null
    hubOf: (folder: string) => HubContext
    io: CommandIo
  },
): Promise<ShardPlan> {
  const { context, plan, hubOf } = given
  if (chosen.some((stage) => stage.scope === 'source')) {
    const { runFolder, recipe } = context
    const { reporter, stdin, cwd } = given.io
    return prepareProblems({
      runFolder,
      recipe,
      reporter,
      strict: given.strict,
      plan,
      begun: await hasJournal(runFolder),
      input: { stdin, cwd, hub: hubOf(loadedFolder(runFolder)) },
    })
  }
  if (plan) return plan
  throw new RunError(
    `${context.runFolder} has no problems yet; run \`npm run problems -- RECIPE\` first, or all stages with \`npm run distill -- RECIPE\``,
  )
}

/**
 * Adds the ledger up and stores it.
 *
 * @throws RunError when it does not add up: then something was lost without a reason, and the dataset must not be used
 */
export async function storeLedger(context: RunContext, plan: ShardPlan): Promise<Ledger> {
  const ledger = await buildLedger(context, plan, await writtenExports(context, plan))
  const faults = ledgerFaults(ledger)
  await replaceFile(join(context.runFolder, 'ledger.json'), `${JSON.stringify(ledger, null, 2)}\n`)
  if (faults.length > 0)
    throw new RunError(`the ledger does not add up, so the dataset must not be used: ${faults.join('; ')}`)
  return ledger
}

/** Whether anything has been asked for; imported traces cost nothing to import again. */
async function hasJournal(runFolder: string): Promise<boolean> {
  const folder = join(runFolder, 'journal', 'generate')
  for (const shard of await namesIn(folder))
    if ((await namesIn(join(folder, shard))).some((name) => !name.startsWith(importAttempt))) return true
  return false
}

/** A run that ended early says how to go on with it. */
function withWayOn(
  error: unknown,
  command: string,
  recipePath: string,
  context: RunContext,
  cwd: string,
): unknown {
  if (!(error instanceof TwinstillError) || error.exitCode === 2) return error
  const again = `npm run ${command} -- ${recipePath}${runFlag(context, cwd)}`
  return new TwinstillError(
    `${error.message}\nEverything answered so far is on disk. Go on with: ${again}`,
    error.exitCode,
    { cause: error },
  )
}

function nextCommands(recipePath: string, context: RunContext, cwd: string): string {
  const flag = runFlag(context, cwd)
  return [
    '',
    'What to try next:',
    `  npm run sample -- ${recipePath}${flag}          read some pairs side by side`,
    `  npm run status -- ${recipePath}${flag}          the ledger and what is still to do`,
    `  change a threshold in ${recipePath} and run it again: nothing is asked twice`,
    `  dataset: ${relative(cwd, join(context.runFolder, 'dataset'))}`,
  ].join('\n')
}

function runFlag({ runFolder, recipe }: RunContext, cwd: string): string {
  const shown = relative(cwd, runFolder)
  return shown === join('runs', recipe.name) ? '' : ` --run ${shown.startsWith('..') ? runFolder : shown}`
}
