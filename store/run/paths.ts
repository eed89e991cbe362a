import { join } from 'node:path'
import type { PartKind } from '../../schemas/parts.ts'

/** The path of a shard's part of one kind. */
export function partPath(runFolder: string, kind: PartKind, shard: number): string {
  return join(runFolder, kind, `part-${shardNumber(shard)}.parquet`)
}

/**
 * The folder of the journal for one shard: what the teachers were asked, or the judges, or (as shard 0) the probes. Every
 * start of a run writes into a folder of its own below it.
 */
export function journalFolder(
  runFolder: string,
  shard: number,
  asked: 'generate' | 'judge' | 'probe' = 'generate',
): string {
  return join(runFolder, 'journal', asked, shardNumber(shard))
}

/** The name of a journal folder begins with this when its answers were imported rather than asked for. */
export const importAttempt = 'import-'

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
