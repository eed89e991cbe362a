import { resolve } from 'node:path'
import { UsageError } from '../../../schemas/errors.ts'
import type { RunRecord, ShardPlan } from '../../../schemas/run.ts'
import { isFolder } from '../../../store/files/entries.ts'
import { keepPartStates } from '../../../store/parts/known-states.ts'
import { readRunRecord } from '../../../store/run/run-record.ts'
import { loadRecipe } from '../../recipe/load-recipe.ts'
import { Recipe } from '../../recipe/recipe.ts'
import { loadRejected } from '../../recipe/rejected-pairs.ts'
import { secretsOf } from '../../recipe/secrets-of.ts'
import { resolveRun } from '../../recipe/resolve-run.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { locateTokenizers } from '../../recipe/tokenizers.ts'
import { locateFilterFiles } from '../../stages/filter/filter-files.ts'
import { importedDigests } from '../../stages/generate/import/import-traces.ts'
import { loadWaves } from '../../stages/admit/load-waves.ts'
import { loadReadingRules } from '../../stages/generate/probe/reading-rules.ts'
import type { CommandIo } from '../io.ts'

/** A run as its folder has it, for commands that only read it. */
export type ReadRun = { context: RunContext; record: RunRecord }

type RunOption = { run?: string }
type ReadIo = Pick<CommandIo, 'environment' | 'now' | 'cwd' | 'keys'>

/** @throws UsageError for every mistake in the recipe, and when there is no run of it in the folder */
export async function readRun(
  recipePath: string,
  option: RunOption,
  io: ReadIo,
  begin?: string,
): Promise<ReadRun> {
  const context = await readContext(recipePath, option, io)
  const record = await recordOf(context, begin)
  context.cuts = record.plan ?? undefined
  await keepPartStates(context.runFolder)
  return { context, record }
}

/**
 * The same of a recipe, or of the folder of a run: that is read by the recipe that it was last started with.
 *
 * @throws UsageError as `readRun` does, and when a folder was written by a version with other recipes
 */
export async function readTarget(target: string, option: RunOption, io: ReadIo): Promise<ReadRun> {
  const folder = resolve(io.cwd, target)
  const isRun = option.run === undefined && (await isFolder(folder))
  const record = isRun ? await readRunRecord(folder) : undefined
  if (!record) return readRun(target, option, io)
  const recipe = Recipe.safeParse(record.recipe)
  if (!recipe.success)
    throw new UsageError(
      `the recipe in ${folder}/run.json is of another version; give the recipe instead, with --run ${target}`,
    )
  for (const value of Object.values(secretsOf(recipe.data, io.environment))) io.keys.add(value)
  const context = await contextOf(recipe.data, folder, io)
  context.cuts = record.plan ?? undefined
  await keepPartStates(context.runFolder)
  return { context, record }
}

/**
 * Reads a recipe as a file. From here on no key that it names is stored or shown.
 *
 * @throws UsageError for every mistake in it
 */
export async function readRecipe(
  recipePath: string,
  { environment, now, keys }: Omit<ReadIo, 'cwd'>,
): Promise<Recipe> {
  const recipe = await loadRecipe(recipePath, environment, now)
  for (const value of Object.values(secretsOf(recipe, environment))) keys.add(value)
  return recipe
}

/**
 * Reads a recipe with everything that its run folder adds to it: what was imported, and how responses are read. Only with
 * these do the parts of a run count as current.
 *
 * @throws UsageError for every mistake in the recipe
 */
export async function readContext(recipePath: string, { run }: RunOption, io: ReadIo): Promise<RunContext> {
  return contextOf(await readRecipe(recipePath, io), run, io)
}

async function contextOf(recipe: Recipe, run: string | undefined, io: ReadIo): Promise<RunContext> {
  const context = resolveRun(recipe, run, io.cwd)
  context.filterFiles = await locateFilterFiles(context, io.cwd)
  context.tokenizers = await locateTokenizers(context, io.cwd)
  context.imports = await importedDigests(context)
  await loadReadingRules(context)
  await loadRejected(context)
  await loadWaves(context)
  return context
}

/**
 * How a run is cut into shards.
 *
 * @param advice what to do where it is not yet
 * @throws UsageError where it is not yet
 */
export function planOf({ context, record }: ReadRun, advice: string): ShardPlan {
  if (record.plan) return record.plan
  throw new UsageError(`${context.runFolder} has no problems yet; ${advice}`)
}

/**
 * @param begin how a run is begun
 * @throws UsageError when there is no run of this recipe in its folder
 */
export async function recordOf(
  { runFolder, recipe }: RunContext,
  begin = 'begin one with `npm run distill -- RECIPE`',
): Promise<RunRecord> {
  const record = await readRunRecord(runFolder)
  if (!record)
    throw new UsageError(`there is no run in ${runFolder}; ${begin}, or name another folder with --run`)
  if (record.name !== recipe.name)
    throw new UsageError(
      `${runFolder} is a run of the recipe \`${record.name}\`, not of \`${recipe.name}\`; name another folder with --run`,
    )
  return record
}
