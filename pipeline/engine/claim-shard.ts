/** What a worker holds while it works on a shard. */
type ShardClaim = {
  /** Gives the shard back. */
  release(): Promise<void>
}

/** Claims a shard; `undefined` while another worker has it. */
export type ClaimShard = (shard: number) => Promise<ShardClaim | undefined>

/** Claims between the loops of one process, which holds the lock of the whole run folder. */
export function claimsInProcess(): ClaimShard {
  const held = new Set<number>()
  return async (shard) => {
    if (held.has(shard)) return undefined
    held.add(shard)
    return { release: async () => void held.delete(shard) }
  }
}
