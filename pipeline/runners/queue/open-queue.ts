import type { Reporter } from '../../reporter/reporter.ts'
import type { ShardRunner } from '../shard-runner.ts'
import type { QueueAddress } from './address.ts'
import { openConnection } from './connection.ts'
import { openDashboard } from './open-dashboard.ts'
import { queuedRunner } from './run-queued.ts'
import type { TaskPlace } from './task.ts'

/** A runner that has shards done by workers of a queue. */
export type QueuedRunner = { runner: ShardRunner; close(): Promise<void> }

/** @param dashboard the port of a page that shows the queue, `true` for any */
export async function openQueue(
  address: QueueAddress,
  { place, dashboard }: { place: TaskPlace; dashboard: number | true | undefined },
  outside: { reporter: Pick<Reporter, 'note' | 'warn'>; random: () => number },
): Promise<QueuedRunner> {
  const connection = openConnection(address, outside)
  try {
    const page = await openDashboard(connection, dashboard, outside.reporter)
    return {
      runner: queuedRunner(connection, place),
      async close() {
        await page?.close()
        connection.close()
      },
    }
  } catch (error) {
    connection.close()
    throw error
  }
}
