import { rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { writeCard } from '../../../output/card/card.ts'
import { makeManifest, readManifest, writeManifest, type Manifest } from '../../../output/dataset/manifest.ts'
import { chooseExports } from '../../../output/exports/registry.ts'
import { writeShards, type WrittenShards } from '../../../output/dataset/dataset.ts'
import { hashOf } from '../../../schemas/canonical.ts'
import { StoppedError, UsageError } from '../../../schemas/errors.ts'
import { partKinds } from '../../../schemas/parts.ts'
import type { ShardPlan } from '../../../schemas/run.ts'
import type { WrittenExport } from '../../../schemas/written-export.ts'
import type { Engine } from '../../engine/engine.ts'
import { currentParts } from '../current-parts.ts'
import { syncFolder } from '../../../store/files/durable.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import type { DatasetJob } from '../../engine/worker-jobs.ts'
import { cardFacts } from './card-facts.ts'
import { problemGroups } from './problem-groups.ts'

const version = 4

/**
 * Turns the pairs of all shards into the dataset folder: shards of every configuration, card, manifest. The folder is
 * made beside the old one and takes its place when it is whole, so a reader never meets half a dataset.
 *
 * @returns the manifest, and whether anything had to be written
 */
export async function writeDataset(engine: Engine): Promise<{ manifest: Manifest; written: boolean }> {
  const { runFolder } = engine.context
  const folder = join(runFolder, 'dataset')
  const fingerprint = await datasetFingerprint(engine.context, engine.plan)
  if (fingerprint === undefined)
    throw new UsageError(
      '`write` needs pairs that are not there yet or are older than the recipe; run `npm run distill -- RECIPE`, which runs what is missing',
    )
  // Left by a kill between the two renames of `replaceFolder`.
  await rm(`${folder}.old`, { recursive: true, force: true })
  const current = await currentManifest(folder)
  if (current?.recipe === fingerprint) return { manifest: current, written: false }
  if (engine.stop.stop.aborted) throw new StoppedError('stopped by a signal')
  const fresh = join(runFolder, 'dataset.tmp')
  await rm(fresh, { recursive: true, force: true })
  const manifest = makeManifest(fingerprint, await engine.inDatasetWorker(fresh))
  await writeManifest(fresh, manifest)
  await writeCard(fresh, await cardFacts(engine, manifest))
  await replaceFolder(fresh, folder)
  return { manifest, written: true }
}

/** The part that runs in a worker thread: reading, matching, compressing. */
export async function writeDatasetShards({ context, shards, folder }: DatasetJob): Promise<WrittenShards> {
  const { configs, shard_bytes } = context.recipe.write
  return writeShards({
    folder,
    arms: context.arms,
    exports: chooseExports(context.arms, configs),
    groups: problemGroups(context, shards),
    shardBytes: shard_bytes,
  })
}

/** The configurations of the dataset; `undefined` while it is not what the recipe and the parts would give. */
export async function writtenExports(
  context: RunContext,
  plan: ShardPlan,
): Promise<readonly WrittenExport[] | undefined> {
  const fingerprint = await datasetFingerprint(context, plan)
  const manifest = await currentManifest(join(context.runFolder, 'dataset'))
  return fingerprint !== undefined && manifest?.recipe === fingerprint ? manifest.exports : undefined
}

/** `undefined` while a part is missing or stale. */
async function datasetFingerprint(context: RunContext, plan: ShardPlan): Promise<string | undefined> {
  const parts: string[] = []
  for (let shard = 0; shard < plan.shards; shard++) {
    const current = await currentParts(context, shard)
    for (const kind of partKinds) {
      const part = current[kind]
      if (!part) return undefined
      parts.push(part.digest)
    }
  }
  const { name, description, seed, write, instructions } = context.recipe
  const exports = chooseExports(context.arms, write.configs).map((one) => [one.name, one.version])
  return hashOf({ version, name, description, seed, write, exports, arms: context.arms, instructions, parts })
}

/** The manifest of a dataset folder that holds every file it names, in the right size, and a card. */
async function currentManifest(folder: string): Promise<Manifest | undefined> {
  try {
    const manifest = await readManifest(folder)
    for (const { path, bytes } of manifest.files)
      if ((await stat(join(folder, path))).size !== bytes) return undefined
    return (await stat(join(folder, 'README.md'))).size > 0 ? manifest : undefined
  } catch {
    // Missing, damaged or of another version: the dataset is made from the parts again, which costs no request.
    return undefined
  }
}

async function replaceFolder(fresh: string, folder: string): Promise<void> {
  const old = `${folder}.old`
  await rm(old, { recursive: true, force: true })
  try {
    await rename(folder, old)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  await rename(fresh, folder)
  await syncFolder(join(folder, '..'))
  await rm(old, { recursive: true, force: true })
}
