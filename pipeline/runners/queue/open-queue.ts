import type { Reporter } from '../../reporter/reporter.ts'
import type { ShardRunner } from '../shard-runner.ts'
import type { QueueAddress } from './address.ts'
import { openConnection } from './connection.ts'
import { queuedRunner } from './run-queued.ts'
import type { TaskPlace } from './task.ts'

/** A runner that has shards done by workers of a queue. */
export type QueuedRunner = { runner: ShardRunner; close(): void }

export function openQueue(
  address: QueueAddress,
  place: TaskPlace,
  outside: { reporter: Pick<Reporter, 'note' | 'warn'>; random: () => number },
): QueuedRunner {
  const connection = openConnection(address, outside)
  return { runner: queuedRunner(connection, place), close: () => connection.close() }
}
