import type { Reporter } from '../../reporter/reporter.ts'
import type { ShardRunner } from '../shard-runner.ts'
import type { QueueAddress } from './address.ts'
import { openConnection } from './connection.ts'
import { openDashboard } from './open-dashboard.ts'
import { openTaskPost } from './post-tasks.ts'
import { queuedRunner } from './run-queued.ts'
import type { TaskPlace } from './task.ts'

/** A runner that has shards done by workers of a queue. */
export type QueuedRunner = { runner: ShardRunner; close(): Promise<void> }

/**
 * Opens a queue for a run: from now on workers know that it is open.
 *
 * @param dashboard the port of a page that shows the queue, `true` for any
 */
export async function openQueue(
  address: QueueAddress,
  { place, ttlMs, dashboard }: { place: TaskPlace; ttlMs: number; dashboard: number | true | undefined },
  outside: { reporter: Pick<Reporter, 'note' | 'warn'>; random: () => number },
): Promise<QueuedRunner> {
  const connection = openConnection(address, outside)
  try {
    const page = await openDashboard(connection, dashboard, outside.reporter)
    const post = openTaskPost(connection, { run: place.run, ttlMs })
    return {
      runner: queuedRunner({ connection, post }, place),
      async close() {
        await page?.close()
        await post.close()
        connection.close()
      },
    }
  } catch (error) {
    connection.close()
    throw error
  }
}
