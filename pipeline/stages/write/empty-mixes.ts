import { cellOf } from '../../../schemas/problem-kind.ts'
import type { WrittenExport } from '../../../schemas/written-export.ts'
import { joinParts, type PartsRead } from '../../../store/parts/join.ts'
import { exportsOf } from '../../recipe/exports-of.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { readKinds } from '../read-kinds.ts'

/**
 * Configurations that have no row because a cell that they want a share of has no pair, each in a sentence that names the
 * cell and says of which cells there are pairs. Parts are read only where there is such a configuration.
 */
export async function emptyMixes(
  context: RunContext,
  shards: number,
  written: readonly WrittenExport[],
  reads: PartsRead,
): Promise<string[]> {
  const isEmpty = new Set(written.filter(({ rows }) => rows === 0).map(({ name }) => name))
  const empty = exportsOf(context).filter(({ name, cells }) => cells !== undefined && isEmpty.has(name))
  if (empty.length === 0) return []
  const pairs = await pairsByCell(context, shards, reads)
  const there = [...pairs]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([cell, count]) => `${cell} ${count}`)
  return empty.map(
    ({ name, cells = [] }) =>
      `the configuration ${name} has no row, because no pair is in ${cells.filter((cell) => !pairs.has(cell)).join(', ')}; there are pairs of ${there.join(', ') || 'no cell'}: take what is missing out of its \`cells\`, or tell more areas and formats with \`classify\``,
  )
}

async function pairsByCell(
  context: RunContext,
  shards: number,
  reads: PartsRead,
): Promise<Map<string, number>> {
  const pairs = new Map<string, number>()
  for (let shard = 0; shard < shards; shard++) {
    const kinds = await readKinds(context, shard)
    for await (const { problem, pair } of joinParts(
      context.runFolder,
      shard,
      { problems: ['id'], pairs: ['lost'] },
      reads,
    )) {
      const kind = kinds.get(problem.id)
      if (kind === undefined || pair.lost !== '') continue
      pairs.set(cellOf(kind), (pairs.get(cellOf(kind)) ?? 0) + 1)
    }
  }
  return pairs
}
