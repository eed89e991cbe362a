import { startOf } from '../../store/journal/attempt-name.ts'
import type { Session, ShardLease } from '../../store/session/session.ts'

/**
 * Claims a shard; `undefined` while another worker has it. Whoever has a claim hands its `lease` to the job of every stage
 * that it runs on the shard: journals are named by it and parts are published under it. Then it gives the shard back.
 */
export type ClaimShard = (shard: number) => Promise<ShardLease | undefined>

/** @param attempt the name of this start in the journals as it is now */
export function claimsOf(session: Session, attempt: () => string): ClaimShard {
  return (shard) => session.claimShard(shard, startOf(attempt()))
}
