import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker as QueueWorker, type Job } from 'bullmq'
import type { Connection } from './connection.ts'
import { queueTimes } from './settings.ts'
import { openTaskName, queueName, queuePrefix, ShardTask, type TaskResult } from './task.ts'

/** A task that this process has taken: nobody else gets it until it is settled, or this process is silent. */
export type TakenTask = {
  task: ShardTask
  /** How often it was taken by anybody. */
  times: number
  /** Each settles it, as soon as the server can be reached. */
  done(result: TaskResult): void
  /** @param delayMs before anybody takes it again */
  giveBack(delayMs: number): void
  /** @param worker whose history in the run folder says what failed */
  failed(worker: string): void
}

export type TaskSource = {
  /**
   * Waits for a task.
   *
   * @param wait ends the waiting
   */
  take(wait: AbortSignal): Promise<TakenTask | undefined>
  /** Whether there is neither a task nor a run that puts more of them there. Waits for a server that is away. */
  isEmpty(): Promise<boolean>
  close(): Promise<void>
}

/** Takes tasks of a queue one by one. Locks of what is taken are renewed until it is settled. */
export function openTaskSource({ redis, onError }: Connection, ttlMs: number): TaskSource {
  const { lockDuration, stalledInterval } = queueTimes(ttlMs)
  const worker = new QueueWorker(queueName, null, {
    connection: redis,
    prefix: queuePrefix,
    autorun: false,
    lockDuration,
    stalledInterval,
    // Whoever loses a task for good is put there again by the run that wants it.
    maxStalledCount: 1000,
  })
  worker.on('error', onError)
  const token = randomBytes(8).toString('hex')
  const held = new Map<string, Job>()
  const settling = new Set<Promise<void>>()
  let looking: Promise<Job | undefined> | undefined
  void worker.startStalledCheckTimer()
  const renewing = setInterval(() => {
    for (const job of held.values()) job.extendLock(token, lockDuration).catch(onError)
  }, lockDuration / 4)

  /** The server may be away, or have forgotten the task: the work is done or given back all the same. */
  function settle(id: string, how: () => Promise<unknown>): void {
    held.delete(id)
    const settled: Promise<void> = how()
      .then(() => undefined, onError)
      .finally(() => settling.delete(settled))
    settling.add(settled)
  }

  async function look(): Promise<Job | undefined> {
    try {
      const job = await worker.getNextJob(token)
      if (job) held.set(job.id!, job)
      return job
    } catch (error) {
      onError(error as Error)
      await sleep(1000, undefined, { ref: false })
      return undefined
    }
  }

  function taken(job: Job): TakenTask | undefined {
    const id = job.id!
    const parsed = ShardTask.safeParse(job.data)
    if (job.name === openTaskName || !parsed.success) {
      settle(id, () => job.moveToCompleted({ state: 'stale' }, token, false))
      return undefined
    }
    return {
      task: parsed.data,
      times: job.attemptsStarted,
      done: (result) => settle(id, () => job.moveToCompleted(result, token, false)),
      giveBack: (delayMs) =>
        settle(id, () =>
          delayMs > 0 ? job.moveToDelayed(Date.now() + delayMs, token) : job.moveToWait(token),
        ),
      failed: (by) => settle(id, () => job.moveToFailed(new Error(by), token, false)),
    }
  }

  return {
    async take(wait) {
      while (!wait.aborted) {
        // One look at a time: a look that nobody waits for any more is that of whoever comes next.
        looking ??= look()
        const own = looking
        const found = await unless(wait, own)
        if (found === aborted) return undefined
        if (looking !== own) continue
        looking = undefined
        const task = found && taken(found)
        if (task) return task
      }
      return undefined
    },
    async isEmpty() {
      const redisCounts = await worker.getBackend().getCounts(['waiting', 'active', 'delayed', 'prioritized'])
      return redisCounts.every((count) => count === 0)
    },
    async close() {
      clearInterval(renewing)
      // What comes of a last look goes back; a server that is away does not keep anybody here.
      void looking?.then((job) => job && settle(job.id!, () => job.moveToWait(token)))
      const end = sleep(patienceMs, undefined, { ref: false })
      while (settling.size > 0 && (await Promise.race([end.then(() => true), ...settling])) !== true);
      await worker.close(true)
    },
  }
}

/** How long a server that is away is told at the end what was done; whoever is not told finds it in the run folder. */
const patienceMs = 2000

const aborted = Symbol('aborted')

async function unless<Value>(signal: AbortSignal, promise: Promise<Value>): Promise<Value | typeof aborted> {
  if (signal.aborted) return aborted
  let stop: (() => void) | undefined
  const stopped = new Promise<typeof aborted>((resolve) => {
    stop = () => resolve(aborted)
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([promise, stopped])
  } finally {
    signal.removeEventListener('abort', stop!)
  }
}
