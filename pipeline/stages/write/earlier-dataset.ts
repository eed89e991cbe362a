import { randomBytes, scryptSync } from 'node:crypto'
import { z } from 'zod'
import type { EarlierDataset } from '../../../output/dataset/dataset.ts'
import { DatasetStretches } from '../../../output/dataset/stretches.ts'
import type { Export } from '../../../output/exports/export.ts'
import { defaultConfigurations } from '../../../output/exports/registry.ts'
import { hashOf } from '../../../schemas/canonical.ts'
import { version as program } from '../../../schemas/version.ts'
import { readSummed, writeSummed } from '../../../store/files/summed-json.ts'
import { arrowSchema } from '../../../store/parquet/columns.ts'
import { partState } from '../../../store/parts/part.ts'
import type { PartsRead } from '../../../store/parts/join.ts'
import { datasetStretchesPath } from '../../../store/run/paths.ts'
import type { RunContext } from '../../recipe/run-context.ts'

/** What is remembered of the dataset of a run. */
const Remembered = z.strictObject({
  stretches: DatasetStretches,
  /** Which secrets it was looked through for. */
  searched: z.strictObject({ salt: z.string(), mark: z.string() }),
})
export type Remembered = z.infer<typeof Remembered>

const what = 'dataset stretches 1'

/** What is remembered of the dataset of a run; nothing where that is gone, damaged or of another version. */
export async function readRemembered(runFolder: string): Promise<Remembered | undefined> {
  return Remembered.safeParse(await readSummed(datasetStretchesPath(runFolder), what)).data
}

export async function storeRemembered(runFolder: string, remembered: Remembered): Promise<void> {
  await writeSummed(datasetStretchesPath(runFolder), what, remembered)
}

/** The dataset in a folder as one whose shards may be taken over where its exports are made in the same way. */
export function earlierDataset(
  { recipe, arms }: RunContext,
  exports: readonly Export[],
  {
    folder,
    version,
    benchmarks,
    stretches,
  }: { folder: string; version: number; benchmarks: unknown; stretches: DatasetStretches },
): EarlierDataset {
  const { seed, instructions, write } = recipe
  const { configs = defaultConfigurations(arms), shard_bytes, parquet } = write
  const all = { version, program, seed, instructions, arms, shard_bytes, parquet, benchmarks }
  return {
    folder,
    stretches,
    // The exports are in the order of the configurations that state them.
    fingerprint: (one) =>
      hashOf({
        ...all,
        name: one.name,
        export: one.version,
        // Whole, because a recipe can change what is inside of a column, as with the measures that it names.
        columns: String(arrowSchema(one.schema(arms))),
        stated: configs[exports.indexOf(one)],
      }),
  }
}

/** For every shard one digest of all parts that its problems are read from. */
export async function digestsOfShards(
  runFolder: string,
  shards: number,
  reads: PartsRead,
): Promise<string[]> {
  const digests: string[] = []
  for (let shard = 0; shard < shards; shard++) {
    const own: (string | undefined)[] = []
    for (const kind of Object.values(reads)) own.push((await partState(runFolder, kind, shard))?.digest)
    digests.push(hashOf(own))
  }
  return digests
}

/**
 * A mark by which the same secrets are known again, and by which they cannot be found out: shards that were looked
 * through for them need not be read again.
 */
export function markOfSearch(
  secrets: Readonly<Record<string, string>>,
  allowed: readonly string[],
  salt = randomBytes(16).toString('hex'),
): Remembered['searched'] {
  const sought = hashOf({ secrets, allowed })
  return { salt, mark: scryptSync(sought, salt, 32).toString('hex') }
}
