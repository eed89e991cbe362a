import { access, appendFile, constants, mkdir, readdir, readFile, rm, rmdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { RunError, UsageError } from '../../schemas/errors.ts'
import { partKinds } from '../../schemas/parts.ts'
import { RunRecord } from '../../schemas/run.ts'
import { version } from '../../schemas/version.ts'
import { writeFileDurably } from '../files/durable.ts'

/** A recipe as far as the run folder depends on it. */
type RunRecipe = { name: string; endpoints: Readonly<Record<string, { price?: unknown }>> }

/**
 * Makes the folder of a run where there is none.
 *
 * @throws RunError when it cannot be written
 */
export async function makeRunFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder)
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
 * @returns what an earlier start wrote, `undefined` for a new run
 * @throws UsageError when the folder belongs to another recipe or to something else
 */
export async function claimRunFolder(folder: string, recipe: RunRecipe): Promise<RunRecord | undefined> {
  const record = await readRunRecord(folder)
  if (record === undefined && (await readdir(folder)).some((name) => !name.startsWith('run.lock'))) {
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

/** What is known of the run in a folder; `undefined` when it holds none. */
export async function readRunRecord(folder: string): Promise<RunRecord | undefined> {
  const path = join(folder, 'run.json')
  let text
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const parsed = RunRecord.safeParse(parseJson(text))
  if (!parsed.success)
    throw new RunError(
      `${path} is not readable as a run of this version: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}; restore it, or start in another folder with --run`,
    )
  return parsed.data
}

/** Writes `run.json` with the recipe as it stands now; keys are named in a recipe and never held by it. */
export async function writeRunRecord(
  folder: string,
  recipe: RunRecipe,
  earlier: RunRecord | undefined,
  { plan, pins }: Pick<RunRecord, 'plan' | 'pins'>,
  now: () => number,
): Promise<void> {
  const record: RunRecord = {
    format: 1,
    name: recipe.name,
    created_at: earlier?.created_at ?? new Date(now()).toISOString(),
    twinstill: version,
    node: process.versions.node,
    recipe,
    prices: { ...earlier?.prices, ...statedPrices(recipe) },
    plan,
    ...(pins && { pins }),
  }
  await writeFileDurably(join(folder, 'run.json'), `${JSON.stringify(record, null, 2)}\n`)
}

function statedPrices({ endpoints }: RunRecipe): Record<string, unknown> {
  const stated = Object.entries(endpoints).filter(([, { price }]) => price !== undefined)
  return Object.fromEntries(stated.map(([name, { price }]) => [name, price]))
}

/** Adds a line to the run's history: starts, ends, what changed. */
export async function recordEvent(
  folder: string,
  type: string,
  data: object,
  now: () => number,
): Promise<void> {
  await appendFile(
    join(folder, 'events.jsonl'),
    `${JSON.stringify({ type, at: new Date(now()).toISOString(), ...data })}\n`,
  )
}

/** Removes what a kill left half written: nothing reads it, it only takes space. For the holder of the lock. */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const kind of partKinds) {
    const names = (await folderExists(join(folder, kind))) ? await readdir(join(folder, kind)) : []
    for (const name of names)
      if (/^\..*\.tmp$/.test(name)) await rm(join(folder, kind, name), { force: true })
  }
}

/**
 * Takes a run back that ended before it had any problems. For the holder of the lock.
 *
 * @param keepsLoaded leaves a run alone that has loaded problems from the Hub and can go on with them
 */
export async function removeUnbegun(folder: string, keepsLoaded: boolean): Promise<void> {
  if ((await readRunRecord(folder))?.plan) return
  if (keepsLoaded && (await folderExists(loadedFolder(folder)))) return
  for (const name of [
    'run.json',
    'events.jsonl',
    'problems',
    'problems.tmp',
    basename(loadedFolder(folder)),
  ]) {
    await rm(join(folder, name), { recursive: true, force: true })
  }
}

/** Where problems that are loaded from the Hub are kept until they are all on disk. */
export function loadedFolder(folder: string): string {
  return join(folder, 'problems.hub')
}

/** Removes a folder unless something is in it. */
export async function removeIfEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOENT') throw error
  }
}

/** Level by level: Node's recursive mkdir never comes back from a file system that answers ENOENT, as /proc does. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' && (await stat(folder)).isDirectory()) return
    if (code !== 'ENOENT' || dirname(folder) === folder || (await folderExists(dirname(folder)))) throw error
    await makeFolder(dirname(folder))
    await mkdir(folder)
  }
}

/** Whether something is there under this name. */
export async function folderExists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Reported by the caller, as a run record that cannot be read.
    return undefined
  }
}
