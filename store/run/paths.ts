import { join } from 'node:path'
import type { PartKind } from '../../schemas/parts.ts'

/** Path of one shard's part of a stage. */
export function partPath(runFolder: string, kind: PartKind, shard: number): string {
  return join(runFolder, kind, `part-${shardNumber(shard)}.parquet`)
}

/** Folder of one shard's journal of the teachers, the judges or (shard 0) the probes; every attempt writes into a folder of its own below it. */
export function journalFolder(
  runFolder: string,
  shard: number,
  asked: 'generate' | 'judge' | 'probe' = 'generate',
): string {
  return join(runFolder, 'journal', asked, shardNumber(shard))
}

/** Begins the names of the journal's attempts that nobody was asked in. */
export const importAttempt = 'import-'

/** Folder of what the probes of a run found. */
export function probesFolder(runFolder: string): string {
  return join(runFolder, 'probes')
}

/** What the last verification of a shard changed in the verdicts of unchanged traces. */
export function shardFlipsPath(runFolder: string, shard: number): string {
  return join(runFolder, 'flips', `part-${shardNumber(shard)}.json`)
}

function shardNumber(shard: number): string {
  return String(shard).padStart(5, '0')
}
