/**
 * How a run has been cut into shards over time. Journals stay in the folders that they were written to, so whoever looks
 * for a problem's lines looks into the folder that it had under every cut.
 */
export type ShardCuts = {
  /** Number of shards now. */
  shards: number
  /** The numbers of shards before, oldest first; `undefined` for a run whose problems have never changed. */
  earlier?: readonly number[] | undefined
}

const idRange = 2 ** 32

/** Ranges of the id rather than a remainder: reading the shards in order then gives all problems in the order of their ids. */
export function shardOf(id: string, shards: number): number {
  return Math.floor((Number.parseInt(id.slice(0, 8), 16) * shards) / idRange)
}

/**
 * The shards whose journals may hold lines about the problems of a shard, each with the numbers that it had under a cut:
 * those of earlier cuts first, its own last, because what is written now is written there.
 */
export function journalShards(shard: number, { shards, earlier = [] }: ShardCuts): number[] {
  const found = new Set<number>()
  for (const before of earlier) {
    // As whole numbers of the id's first 32 bits, so that no rounding leaves a folder out.
    const first = Math.ceil((shard * idRange) / shards)
    const last = Math.ceil(((shard + 1) * idRange) / shards) - 1
    const end = Math.floor((last * before) / idRange)
    for (let each = Math.floor((first * before) / idRange); each <= end; each++) found.add(each)
  }
  found.delete(shard)
  return [...found, shard]
}
