import { setTimeout as sleep } from 'node:timers/promises'
import { Queue, QueueEvents } from 'bullmq'
import type { Connection } from './connection.ts'
import { queueTimes, taskOptions } from './settings.ts'
import {
  openTaskName,
  queueName,
  queuePrefix,
  runPrefix,
  taskId,
  TaskResult,
  type ShardTask,
} from './task.ts'

/** What happened to a task, as far as the queue tells: it may forget. */
export type TaskNews =
  | { id: string; result: TaskResult }
  /** @property worker whose history in the run folder says what failed */
  | { id: string; worker: string }

/** The tasks of one run in the queue. */
export type TaskPost = {
  /**
   * Puts those of the tasks there that are not, and says for a while that the run is open. Waits for a server that is away. The
   * first time what an earlier start has left is taken out before.
   */
  post(tasks: readonly ShardTask[]): Promise<void>
  /**
   * Takes everything of the run out that nobody works on, unless the server is away.
   *
   * @param posting what was begun and is not yet there
   */
  close(posting: Promise<void> | undefined): Promise<void>
}

const left = ['wait', 'delayed', 'prioritized'] as const
const addedAtOnce = 1000

export function openTaskPost(
  { redis, onError }: Connection,
  { run, ttlMs, onNews }: { run: string; ttlMs: number; onNews: (news: TaskNews) => void },
): TaskPost {
  const prefix = runPrefix(run)
  const openId = `${prefix}open`
  const { sweepMs } = queueTimes(ttlMs)
  const means = { connection: redis, prefix: queuePrefix }
  const queue = new Queue(queueName, { ...means, defaultJobOptions: taskOptions })
  queue.on('error', onError)
  let events: QueueEvents | undefined

  /** @param lastEventId what came until then is news of earlier starts */
  function listen(lastEventId: string): void {
    events = new QueueEvents(queueName, { ...means, lastEventId })
    events.on('error', onError)
    events.on('completed', ({ jobId, returnvalue }) => {
      const result = TaskResult.safeParse(returnvalue)
      if (jobId.startsWith(prefix) && result.success) onNews({ id: jobId, result: result.data })
    })
    events.on('failed', ({ jobId, failedReason }) => {
      if (jobId.startsWith(prefix)) onNews({ id: jobId, worker: failedReason })
    })
  }

  const own = async (types: Parameters<typeof queue.getRanges>[0]): Promise<string[]> =>
    (await queue.getRanges(types, 0, -1)).filter((id) => id.startsWith(prefix))

  async function clear(): Promise<void> {
    for (const id of await own([...left, 'failed'])) await queue.remove(id)
  }

  return {
    async post(tasks) {
      if (!events) {
        const [last] = await redis.xrevrange(queue.toKey('events'), '+', '-', 'COUNT', 1)
        listen(last?.[0] ?? '0-0')
        await clear()
      }
      // It cannot be put off, so it is put there anew.
      await queue.remove(openId)
      await queue.add(openTaskName, null, { jobId: openId, delay: 3 * sweepMs })
      const there = new Set(await own([...left, 'active']))
      const missing = tasks
        .map((data) => ({ name: 'shard', data, opts: { jobId: taskId(data) } }))
        .filter(({ opts }) => !there.has(opts.jobId))
      for (let at = 0; at < missing.length; at += addedAtOnce)
        await queue.addBulk(missing.slice(at, at + addedAtOnce))
    },
    async close(posting) {
      const cleared = Promise.resolve(posting).then(clear).catch(onError)
      await Promise.race([cleared, sleep(patienceMs, undefined, { ref: false })])
      await Promise.race([
        Promise.all([events?.close(), queue.close()]),
        sleep(patienceMs, undefined, { ref: false }),
      ])
    },
  }
}

/** How long a server that is away is asked to forget the tasks of a run that ends; a worker finds them to be stale. */
const patienceMs = 2000
