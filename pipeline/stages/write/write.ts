import { join } from 'node:path'
import { fingerprintOf, settingsOf } from '../../../filters/apply.ts'
import { contamination, findContacts } from '../../../filters/problem/contamination.ts'
import { writeCard } from '../../../output/card/card.ts'
import { countRows } from '../../../output/card/row-counts.ts'
import { findSecrets, secretText } from '../../../output/dataset/find-secrets.ts'
import {
  fileSha256,
  makeManifest,
  manifestFile,
  readManifest,
  writeManifest,
  type Manifest,
} from '../../../output/dataset/manifest.ts'
import { writeShards, type WrittenShards } from '../../../output/dataset/dataset.ts'
import { hashOf } from '../../../schemas/canonical.ts'
import { RunError } from '../../../schemas/errors.ts'
import type { Worker } from '../../engine/worker.ts'
import { recordWritten } from '../../../store/run/written-event.ts'
import { temporaryName } from '../../../store/files/atomic.ts'
import { commitFolder } from '../../../store/leases/commit-file.ts'
import { changedAt, remove, sizeOf } from '../../../store/files/entries.ts'
import { contaminationOptions, exportsOf, type FindContacts } from '../../recipe/exports-of.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { readFilterFiles } from '../filter/filter-files.ts'
import { threadJob, type ShardJob, type WholeJob, type WholeStage } from '../stage.ts'
import { cardFacts } from './card-facts.ts'
import {
  digestsOfShards,
  earlierDataset,
  markOfSearch,
  readRemembered,
  storeRemembered,
  type Remembered,
} from './earlier-dataset.ts'
import { emptyMixes } from './empty-mixes.ts'
import { problemGroups } from './problem-groups.ts'
import { rehearseWrite } from './rehearse.ts'

const version = 6

/** The folder to write, and a digest of what the problems of each shard are made from. */
type DatasetJob = { folder: string; digests: readonly string[] }

export const writeStage: WholeStage<DatasetJob, WrittenShards> = {
  name: 'write',
  scope: 'whole',
  reads: ['problems', 'kinds', 'traces', 'verdicts', 'decisions', 'pairs'],
  writes: 'dataset',
  fingerprint({ recipe, arms, filterFiles }, parts) {
    const { name, description, seed, write, instructions } = recipe
    const exports = exportsOf({ recipe, arms }).map((one) => [one.name, one.version])
    const benchmarks = benchmarksDigest({ recipe, filterFiles })
    return hashOf({ version, name, description, seed, write, exports, arms, instructions, parts, benchmarks })
  },
  run: writeDataset,
  rehearse: rehearseWrite,
  inThread: writeDatasetShards,
}

/**
 * Turns the pairs of all shards into the dataset folder: shards of every configuration, card, manifest. The folder is
 * made beside the old one and takes its place when it is whole, so a reader never sees half a dataset.
 */
async function writeDataset(
  worker: Worker,
  { plan, fingerprint, reads, ledger, lease }: WholeJob,
): Promise<void> {
  const { context, reporter } = worker
  const folder = datasetFolder(context)
  const fresh = temporaryName(folder)
  if ((await currentManifest(folder))?.recipe === fingerprint) {
    reporter.note(`${folder} is up to date`)
    return
  }
  worker.stop.stop.throwIfAborted()
  const digests = await digestsOfShards(context.runFolder, plan.shards, reads)
  const given: DatasetJob = { folder: fresh, digests }
  const job = threadJob(writeStage, { context, shard: 0, fingerprint, reads }, given)
  const written = (await worker.inThread(job)) as WrittenShards
  const manifest = makeManifest(fingerprint, written)
  await writeManifest(fresh, manifest)
  await writeCard(fresh, await cardFacts(context, manifest, await ledger(manifest.exports)), written.counts)
  const searched = await refuseSecrets(worker, fresh, written.kept)
  // Both come before the dataset is in its place, because a start after that has nothing to do: killed in between, the
  // next one writes again, and takes over only what has the content that is remembered.
  await recordWritten(context.runFolder, fingerprint, {
    now: worker.now,
    worker: worker.session.shared ? worker.session.worker : undefined,
  })
  await storeRemembered(context.runFolder, { stretches: written.stretches, searched })
  // Another worker may have been given the books meanwhile, and may have written other shards.
  await commitFolder(context.runFolder, lease, { temporary: fresh, path: folder, fingerprint })
  const kept = written.kept.size === 0 ? '' : `, ${written.kept.size} of them as they were`
  reporter.note(`wrote ${manifest.totals.rows} rows in ${manifest.totals.files} files to ${folder}${kept}`)
  for (const text of await emptyMixes(context, plan.shards, manifest.exports, reads)) reporter.warn(text)
}

/**
 * A key that a server repeated, or that a problem set came with, is published with the dataset: it is looked for whatever
 * the environment holds today.
 *
 * @param kept shards that were looked through before; where it was for the same keys, they are not again
 * @returns the mark of what was looked for
 * @throws RunError naming the place and the form, never the value; the folder is gone
 */
async function refuseSecrets(
  { context, secrets }: Worker,
  fresh: string,
  kept: ReadonlySet<string>,
): Promise<Remembered['searched']> {
  const allowed = context.recipe.write.not_secrets ?? []
  const before = kept.size > 0 ? (await readRemembered(context.runFolder))?.searched : undefined
  const searched = markOfSearch(secrets, allowed, before?.salt)
  const found = await findSecrets(fresh, secrets, {
    onBytes: () => undefined,
    allowed,
    ...(searched.mark === before?.mark && { except: kept }),
  })
  if (found.length === 0) return searched
  await remove(fresh)
  throw new RunError(secretText(found, 'no dataset was written'))
}

/** Of the benchmarks whose items the dataset has columns for. */
function benchmarksDigest({ recipe, filterFiles }: Pick<RunContext, 'recipe' | 'filterFiles'>): unknown {
  if (recipe.write.contamination !== true) return undefined
  return fingerprintOf(settingsOf([contamination], recipe.filter), filterFiles)
}

/** Reading, matching, compressing. */
async function writeDatasetShards(
  { context, reads }: ShardJob,
  { folder, digests }: DatasetJob,
): Promise<WrittenShards> {
  const { runFolder, arms } = context
  const { shard_bytes, parquet } = context.recipe.write
  const exports = exportsOf(context, await contactsOf(context))
  const stretches = (await readRemembered(runFolder))?.stretches ?? []
  return writeShards({
    folder,
    arms,
    exports,
    groups: { digests, groups: (shard) => problemGroups(context, shard, reads) },
    shardBytes: shard_bytes,
    ...(parquet && { library: parquet.writer, ...(parquet.chunks && { chunks: parquet.chunks }) }),
    counter() {
      const { add, stored } = countRows()
      return { add, counts: stored }
    },
    earlier: earlierDataset(context, exports, {
      folder: datasetFolder(context),
      version,
      benchmarks: benchmarksDigest(context),
      stretches,
    }),
  })
}

/** Finds benchmark items where the recipe wants columns of them. */
async function contactsOf(context: RunContext): Promise<FindContacts> {
  const options = contaminationOptions(context.recipe)
  if (context.recipe.write.contamination !== true || options === undefined) return () => []
  const find = findContacts(options, await readFilterFiles(context))
  return (problem) =>
    find(problem).map(({ item, rule, value, start, end }) => ({
      benchmark: item.benchmark,
      revision: options.benchmarks[item.benchmark]?.revision ?? '',
      item: item.id,
      rule,
      value,
      start,
      end,
    }))
}

/** The folder of a run's dataset. */
export function datasetFolder({ runFolder }: Pick<RunContext, 'runFolder'>): string {
  return join(runFolder, 'dataset')
}

/**
 * The manifest of a dataset folder that holds every file it names, as it was written, and a card. What is older than the
 * manifest and has the right size is taken for unchanged, because reading a whole dataset at every start would take long.
 */
export async function currentManifest(folder: string): Promise<Manifest | undefined> {
  try {
    const manifest = await readManifest(folder)
    const written = (await changedAt(join(folder, manifestFile)))!
    for (const { path, bytes, sha256 } of [...manifest.files, ...(manifest.plots ?? [])]) {
      const file = join(folder, path)
      if ((await sizeOf(file)) !== bytes) return undefined
      if ((await changedAt(file))! >= written && (await fileSha256(file)) !== sha256) return undefined
    }
    return (await sizeOf(join(folder, 'README.md'))) ? manifest : undefined
  } catch {
    // Missing, damaged or of another version: the dataset is made from the parts again, which costs no request.
    return undefined
  }
}
