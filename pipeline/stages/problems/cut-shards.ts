import type { Problem } from '../../../schemas/problem.ts'
import type { RejectedRow } from '../../../problems/source-row.ts'
import { bucketCount, type Spool } from '../../../store/files/spool.ts'
import { writePart } from '../../../store/parts/part.ts'
import { shardOf } from '../../../store/run/shard-cuts.ts'
import type { SetFinding } from './set-findings.ts'

/** A problem that the filters of single problems let through, with the place of its row in the source. */
export type Row = { ordinal: number; position: string; problem: Problem }

/** All problems in the order of their ids, each once: those that no set filter found anything against. */
export async function* remaining(
  rows: Spool<Row>,
  findings: Spool<SetFinding>,
  reject: (row: RejectedRow) => Promise<void>,
): AsyncGenerator<Problem> {
  for (let index = 0; index < bucketCount; index++) {
    const found = new Map<number, SetFinding>()
    for await (const finding of findings.bucket(index)) found.set(finding.ordinal, finding)
    const bucket = await Array.fromAsync(rows.bucket(index))
    for (const { ordinal, position, problem } of bucket.sort(byIdThenOrdinal)) {
      const finding = found.get(ordinal)
      if (finding === undefined) yield problem
      else {
        const { reason, message, facts } = finding
        await reject({ position, reason, message, problem: problem.id, ...(facts && { facts }) })
      }
    }
  }
}

function byIdThenOrdinal(a: Row, b: Row): number {
  return a.problem.id < b.problem.id ? -1 : a.problem.id > b.problem.id ? 1 : a.ordinal - b.ordinal
}

/**
 * Writes problems, sorted by id, into the parts of shards.
 *
 * @returns how many they were
 */
export async function writeShards(
  runFolder: string,
  shards: number,
  fingerprint: string,
  sorted: AsyncGenerator<Problem>,
): Promise<number> {
  let written = 0
  let next = await sorted.next()
  async function* shardRows(shard: number): AsyncGenerator<Problem> {
    for (; !next.done && shardOf(next.value.id, shards) === shard; next = await sorted.next()) {
      written += 1
      yield next.value
    }
  }
  for (let shard = 0; shard < shards; shard++) {
    let rows = -written
    const counts = (): { problems: number } => ({ problems: rows + written })
    await writePart(runFolder, 'problems', shard, {
      rows: shardRows(shard),
      fingerprint,
      counts,
    })
    rows += written
  }
  return written
}
