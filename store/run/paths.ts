import { join } from 'node:path'
import type { PartKind } from '../../schemas/parts.ts'
import { foldersIn } from '../files/entries.ts'

/** The path of a shard's part of one kind. */
export function partPath(runFolder: string, kind: PartKind, shard: number): string {
  return join(runFolder, kind, `part-${shardNumber(shard)}.parquet`)
}

/** The shard that a part with this file name belongs to; `undefined` where it is none. */
export function partShard(name: string): number | undefined {
  const [, number] = /^part-(\d+)\.parquet$/u.exec(name) ?? []
  return number === undefined ? undefined : Number(number)
}

/**
 * The folder of the journal for one shard: what the teachers were asked, or the judges, or (as shard 0) the probes. Every
 * start of a run writes into a folder of its own below it.
 */
export function journalFolder(
  runFolder: string,
  shard: number,
  asked: 'generate' | 'judge' | 'classify' | 'probe' = 'generate',
): string {
  return join(runFolder, 'journal', asked, shardNumber(shard))
}

/** The journal folders of all shards that the run has now or had before, in order. */
export async function journalsOf(runFolder: string, asked: 'generate' | 'judge'): Promise<string[]> {
  const folder = join(runFolder, 'journal', asked)
  return (await foldersIn(folder)).map((name) => join(folder, name))
}

/** The name of a journal folder begins with this when its answers were imported rather than asked for. */
export const importAttempt = 'import-'

/** The file that says what the filters found in the samples of a shard; it may be deleted. */
export function foundPath(runFolder: string, shard: number): string {
  return join(runFolder, 'found', `part-${shardNumber(shard)}.bin`)
}

/** The folder where files of the Hub are kept that filters read. */
export function filterFilesFolder(runFolder: string): string {
  return join(runFolder, 'filter-files')
}

/** The folder where tokenizers of the Hub are kept. */
export function tokenizersFolder(runFolder: string): string {
  return join(runFolder, 'tokenizers')
}

/** The file with what the footers of all parts say. */
export function partStatesPath(runFolder: string): string {
  return join(runFolder, 'part-states.json')
}

/** The file that says what the shards of the dataset were made from. */
export function datasetStretchesPath(runFolder: string): string {
  return join(runFolder, 'dataset-shards.json')
}

/** The file with the digests of the files that the run was made from. */
export function digestsPath(runFolder: string): string {
  return join(runFolder, 'source-digests.json')
}

/** The folder where the run keeps what its probes found. */
export function probesFolder(runFolder: string): string {
  return join(runFolder, 'probes')
}

/** The file that says which verdicts of a shard its last verification changed, while the traces stayed the same. */
export function shardFlipsPath(runFolder: string, shard: number): string {
  return join(runFolder, 'flips', `part-${shardNumber(shard)}.json`)
}

function shardNumber(shard: number): string {
  return String(shard).padStart(5, '0')
}
