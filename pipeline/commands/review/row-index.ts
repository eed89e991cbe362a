import { readPart } from '../../../store/parts/part.ts'
import type { PartsRead } from '../../../store/parts/join.ts'
import type { RunContext } from '../../recipe/run-context.ts'

type RowNumbers = { problem: number; first: number; end: number }

/** So many shards' ids are kept; a pair of another one costs two columns of its parts. */
const keptShards = 256

/** Where the rows of each problem stand in the parts of its shard. */
export function openRowIndex(
  { runFolder }: Pick<RunContext, 'runFolder'>,
  reads: PartsRead,
  looked: { seal: 'once' },
): (shard: number) => Promise<Map<string, RowNumbers>> {
  const known = new Map<number, Promise<Map<string, RowNumbers>>>()
  async function read(shard: number): Promise<Map<string, RowNumbers>> {
    const rows = new Map<string, RowNumbers>()
    let problem = 0
    for await (const { id } of readPart(runFolder, reads.problems as 'problems', shard, ['id'], looked))
      rows.set(id, { problem: problem++, first: 0, end: 0 })
    let at = 0
    for await (const { problem_id } of readPart(runFolder, 'traces', shard, ['problem_id'], looked)) {
      const own = rows.get(problem_id)!
      if (own.end === 0) own.first = at
      own.end = ++at
    }
    return rows
  }
  return (shard) => {
    let rows = known.get(shard)
    if (!rows) {
      rows = read(shard)
      known.set(shard, rows)
      // What could not be read may be mended before it is asked for again.
      rows.catch(() => known.delete(shard))
      if (known.size > keptShards) known.delete(known.keys().next().value!)
    }
    return rows
  }
}
