import { access, constants, mkdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { RunError, UsageError } from '../../schemas/errors.ts'
import type { RunRecord } from '../../schemas/run.ts'
import { version } from '../../schemas/version.ts'
import { isLeftover } from '../files/atomic.ts'
import { exists, foldersIn, namesIn, remove } from '../files/entries.ts'
import { digestsPath, partStatesPath, filterFilesFolder, tokenizersFolder } from './paths.ts'
import { isEventsFile } from './events.ts'
import { tryPrefix } from '../leases/check-file-system.ts'
import { leasesFolder } from '../leases/slot-files.ts'
import { workersFolder } from '../leases/workers.ts'
import { readRunRecord, recordFile, storeRunRecord } from './run-record.ts'

/** The part of a recipe that the run folder depends on. */
type RunRecipe = { name: string; endpoints: Readonly<Record<string, { price?: unknown }>> }

/**
 * Makes the folder of a run where there is none.
 *
 * @throws RunError when it cannot be written
 */
export async function makeRunFolder(folder: string): Promise<void> {
  try {
    await makeLevels(folder)
    await access(folder, constants.W_OK | constants.X_OK)
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error'
    throw new RunError(
      `the run folder ${folder} cannot be written (${code}); choose another one with --run or see to its permissions`,
      { cause },
    )
  }
}

/**
 * Makes sure that a folder, whose lock this process holds, is or can become the run folder of this recipe.
 *
 * @param warn is told when the record of the run had to be taken from its copy
 * @returns what an earlier start wrote, `undefined` for a new run
 * @throws UsageError when the folder belongs to another recipe or to something else
 */
export async function claimRunFolder(
  folder: string,
  recipe: RunRecipe,
  warn: (text: string) => void,
): Promise<RunRecord | undefined> {
  const record = await readRunRecord(folder, warn)
  if (record === undefined && (await namesIn(folder)).some(isForeign)) {
    throw new UsageError(
      `${folder} is not empty and is not a run folder; choose an empty or new folder with --run`,
    )
  }
  if (record && record.name !== recipe.name) {
    throw new UsageError(
      `${folder} is a run of the recipe \`${record.name}\`, not of \`${recipe.name}\`; choose another folder with --run`,
    )
  }
  return record
}

/** Writes `run.json` with the current recipe. A recipe names API keys and never holds them, so none is stored. */
export async function writeRunRecord(
  folder: string,
  recipe: RunRecipe,
  earlier: RunRecord | undefined,
  { plan, pins, commits }: Pick<RunRecord, 'plan' | 'pins' | 'commits'>,
  now: () => number,
): Promise<void> {
  const record: RunRecord = {
    format: 1,
    name: recipe.name,
    created_at: earlier?.created_at ?? new Date(now()).toISOString(),
    twinstill: version,
    node: process.versions.node,
    ...(commits && { commits }),
    recipe,
    prices: { ...earlier?.prices, ...statedPrices(recipe) },
    plan,
    ...(pins && { pins }),
  }
  await storeRunRecord(folder, record)
}

function statedPrices({ endpoints }: RunRecipe): Record<string, unknown> {
  const stated = Object.entries(endpoints).filter(([, { price }]) => price !== undefined)
  return Object.fromEntries(stated.map(([name, { price }]) => [name, price]))
}

/**
 * Removes what a kill left half written anywhere below the run folder: nothing reads it, it only takes space. For a process
 * that has the books while no other is at work. One that only waits for the books writes nothing but its tries of the
 * file system and its claims, which are left alone.
 */
export async function removeLeftovers(runFolder: string): Promise<void> {
  const ofWaiting = new Set([basename(leasesFolder(runFolder)), basename(workersFolder(runFolder))])
  for (const name of await namesIn(runFolder))
    if (isLeftover(name) && !name.startsWith(tryPrefix)) await remove(join(runFolder, name))
  for (const name of await foldersIn(runFolder))
    if (!ofWaiting.has(name)) await removeBelow(join(runFolder, name))
}

async function removeBelow(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) if (isLeftover(name)) await remove(join(folder, name))
  for (const name of await foldersIn(folder)) await removeBelow(join(folder, name))
}

/**
 * Takes a run back that ended before it had any problems. For the holder of the lock.
 *
 * @param keepsLoaded leaves a run alone that has loaded problems from the Hub and can go on with them
 * @returns whether it was taken back
 */
export async function removeUnbegun(folder: string, keepsLoaded: boolean): Promise<boolean> {
  if ((await readRunRecord(folder))?.plan) return false
  if (keepsLoaded && (await exists(loadedFolder(folder)))) return false
  for (const name of [
    recordFile,
    ...(await namesIn(folder)).filter(isEventsFile),
    'problems',
    basename(loadedFolder(folder)),
    basename(digestsPath(folder)),
    basename(partStatesPath(folder)),
    basename(filterFilesFolder(folder)),
    basename(tokenizersFolder(folder)),
  ]) {
    await remove(join(folder, name))
  }
  return true
}

/** Where problems that are loaded from the Hub are kept until they are all on disk. */
export function loadedFolder(folder: string): string {
  return join(folder, 'problems.hub')
}

/** A start that was killed before it wrote `run.json` leaves no more than its claim and a file with a temporary name. */
function isForeign(name: string): boolean {
  const own = [basename(leasesFolder(name)), basename(workersFolder(name))]
  // Earlier versions had a lock.
  return !own.includes(name) && !name.startsWith('run.lock') && !isLeftover(name)
}

/** Level by level: Node's recursive mkdir never comes back from a file system that answers ENOENT, as /proc does. */
async function makeLevels(folder: string): Promise<void> {
  try {
    await mkdir(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' && (await stat(folder)).isDirectory()) return
    if (code !== 'ENOENT' || dirname(folder) === folder || (await exists(dirname(folder)))) throw error
    await makeLevels(dirname(folder))
    await mkdir(folder)
  }
}
