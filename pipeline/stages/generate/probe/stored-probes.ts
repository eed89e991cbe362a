import { join } from 'node:path'
import { z } from 'zod'
import type { Arm } from '../../../../schemas/arm.ts'
import { hashOf } from '../../../../schemas/canonical.ts'
import { RunError } from '../../../../schemas/errors.ts'
import { Probe } from '../../../../schemas/probe.ts'
import { replaceFile } from '../../../../store/files/atomic.ts'
import { moveFile, namesIn, readText } from '../../../../store/files/entries.ts'
import { probesFolder } from '../../../../store/run/paths.ts'

/**
 * What makes the stored answers of an arm this arm's and no other's. A probe of another identity says nothing about
 * them: a recipe that changes the model and comes back finds its earlier probe again.
 */
export function identityOf({ model, revision, mode, effort, endpoint }: Arm): string {
  return hashOf({ model, revision, mode, effort, endpoint }).slice(0, 8)
}

/** Names that a recipe gives now. */
type RecipeNames = { arms: object; endpoints: object }

/**
 * The last probe of an arm in this run; `undefined` when there is none. One that was stored under a name which the recipe
 * no longer gives to any arm or endpoint is that of a renamed arm.
 *
 * @throws RunError when its file cannot be read
 */
export async function readProbe(
  runFolder: string,
  arm: Arm,
  recipe: RecipeNames,
): Promise<Probe | undefined> {
  const identity = identityOf(arm)
  const last = await readProbeFile(pathOf(runFolder, arm.name))
  if (last?.identity === identity) return last
  return (
    (await readProbeFile(pathOf(runFolder, `${arm.name}@${identity}`))) ??
    (await readRenamed(runFolder, arm, recipe))
  )
}

async function readRenamed(runFolder: string, arm: Arm, recipe: RecipeNames): Promise<Probe | undefined> {
  const folder = probesFolder(runFolder)
  let latest: Probe | undefined
  for (const name of await namesIn(folder)) {
    if (!name.endsWith('.json')) continue
    const probe = await readProbeFile(join(folder, name))
    if (probe === undefined || (probe.arm in recipe.arms && probe.endpoint in recipe.endpoints)) continue
    if (probe.identity !== identityOf({ ...arm, endpoint: probe.endpoint })) continue
    if (latest === undefined || probe.at > latest.at) latest = probe
  }
  return latest
}

/** Stores a probe as the last of its arm; one of another identity is put beside it. */
export async function writeProbe(runFolder: string, probe: Probe): Promise<void> {
  const path = pathOf(runFolder, probe.arm)
  const last = await readProbeFile(path)
  if (last !== undefined && last.identity !== probe.identity)
    await moveFile(path, pathOf(runFolder, `${last.arm}@${last.identity}`))
  await replaceFile(path, `${JSON.stringify(probe, null, 2)}\n`)
}

async function readProbeFile(path: string): Promise<Probe | undefined> {
  const text = await readText(path)
  if (text === undefined) return undefined
  try {
    return Probe.parse(JSON.parse(text))
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause).replaceAll('\n', ' ') : String(cause)
    throw new RunError(
      `${path} is not readable as a probe of this version (${why}); delete it, and the next start probes again`,
      { cause },
    )
  }
}

function pathOf(runFolder: string, name: string): string {
  return join(probesFolder(runFolder), `${name}.json`)
}
