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

/** The tasks of one run in the queue, which says that the run is open while this is. */
export type TaskPost = {
  /**
   * Puts those of the tasks there that are not, as soon as the server can be reached: nobody waits for it, since what was begun
   * is done without it.
   */
  put(tasks: readonly ShardTask[]): void
  /** Who is told of news from now on. */
  listen(onNews: (news: TaskNews) => void): void
  /** Takes everything of the run out that nobody works on, unless the server is away. */
  close(): Promise<void>
}

const left = ['wait', 'delayed', 'prioritized'] as const
const addedAtOnce = 1000

/** Opens the tasks of a run; what an earlier start has left there is taken out first. */
export function openTaskPost(
  { redis, onError }: Connection,
  { run, ttlMs }: { run: string; ttlMs: number },
): TaskPost {
  const prefix = runPrefix(run)
  const openId = `${prefix}open`
  const { sweepMs } = queueTimes(ttlMs)
  const means = { connection: redis, prefix: queuePrefix }
  const queue = new Queue(queueName, { ...means, defaultJobOptions: taskOptions })
  queue.on('error', onError)
  let events: QueueEvents | undefined
  let onNews: ((news: TaskNews) => void) | undefined

  /** @param lastEventId what came until then is news of earlier starts */
  function hear(lastEventId: string): void {
    events = new QueueEvents(queueName, { ...means, lastEventId })
    events.on('error', onError)
    events.on('completed', ({ jobId, returnvalue }) => {
      const result = TaskResult.safeParse(returnvalue)
      if (jobId.startsWith(prefix) && result.success) onNews?.({ id: jobId, result: result.data })
    })
    events.on('failed', ({ jobId, failedReason }) => {
      if (jobId.startsWith(prefix)) onNews?.({ id: jobId, worker: failedReason })
    })
  }

  const own = async (types: Parameters<typeof queue.getRanges>[0]): Promise<string[]> =>
    (await queue.getRanges(types, 0, -1)).filter((id) => id.startsWith(prefix))

  async function clear(): Promise<void> {
    for (const id of await own([...left, 'failed'])) await queue.remove(id)
  }

  let begun: Promise<void> | undefined
  async function begin(): Promise<void> {
    const [last] = await redis.xrevrange(queue.toKey('events'), '+', '-', 'COUNT', 1)
    await clear()
    hear(last?.[0] ?? '0-0')
  }

  /** It cannot be put off, so it is put there anew. */
  async function sayOpen(): Promise<void> {
    begun ??= begin().catch((error: unknown) => {
      begun = undefined
      throw error
    })
    await begun
    await queue.remove(openId)
    await queue.add(openTaskName, null, { jobId: openId, delay: 3 * sweepMs })
  }

  let saying: Promise<void> | undefined
  const say = (): void => {
    saying ??= sayOpen()
      .catch(onError)
      .finally(() => (saying = undefined))
  }
  say()
  const timer = setInterval(say, sweepMs)
  timer.unref()

  async function add(tasks: readonly ShardTask[]): Promise<void> {
    await saying
    const there = new Set(await own([...left, 'active']))
    const missing = tasks
      .map((data) => ({ name: 'shard', data, opts: { jobId: taskId(data) } }))
      .filter(({ opts }) => !there.has(opts.jobId))
    // One of an earlier start that failed since then is in the way of the same task: it would be wanted, and never be done.
    const failed = new Set(await own(['failed']))
    for (const { opts } of missing) if (failed.has(opts.jobId)) await queue.remove(opts.jobId)
    for (let at = 0; at < missing.length; at += addedAtOnce)
      await queue.addBulk(missing.slice(at, at + addedAtOnce))
  }

  let adding: Promise<void> | undefined
  return {
    put(tasks) {
      adding ??= add(tasks)
        .catch(onError)
        .finally(() => (adding = undefined))
    },
    listen(listener) {
      onNews = listener
    },
    async close() {
      clearInterval(timer)
      const cleared = Promise.all([saying, adding]).then(clear).catch(onError)
      await Promise.race([cleared, patience()])
      await Promise.race([Promise.all([events?.close(), queue.close()]), patience()])
    },
  }
}

/** How long a server that is away is asked to forget the tasks of a run that ends; a worker finds them to be stale. */
function patience(): Promise<void> {
  return sleep(2000, undefined, { ref: false })
}
