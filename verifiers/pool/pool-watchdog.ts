import type { Worker } from 'node:worker_threads'
import { progressSlot } from './pool-protocol.ts'

export type PoolWatchdog = {
  /**
   * Watches a batch until the returned function is called; aborts it when one of its jobs takes too long. The function
   * returns for how many milliseconds the last job that was seen has been running, 0 when none was.
   */
  watch(progress: Int32Array, kill: AbortController): () => number
}

type Watched = { progress: Int32Array; kill: AbortController; job: number; seenAt: number }

/** A job that waits instead of computing uses no CPU time; it is killed after this many times the limit. */
const WALL_CLOCK_FACTOR = 10

/**
 * Finds the worker threads that are stuck in a job. The limit is CPU time of the worker thread since it reported the
 * start of the job, so that neither waiting for a free worker nor a busy machine makes a quick answer time out; the
 * thread's CPU time is only asked for once a job has taken that long by the clock. Both work while the thread is in an
 * endless loop or a catastrophic regular expression.
 */
export function openPoolWatchdog(timeoutMs: number, threads: () => readonly Worker[]): PoolWatchdog {
  const watched = new Set<Watched>()
  const period = Math.min(100, Math.max(5, timeoutMs / 4))
  let timer: NodeJS.Timeout | undefined

  return {
    watch(progress, kill) {
      const entry: Watched = { progress, kill, job: 0, seenAt: 0 }
      watched.add(entry)
      timer ??= setInterval(() => watched.forEach((each) => void check(each)), period)
      return () => {
        watched.delete(entry)
        if (watched.size === 0) {
          clearInterval(timer)
          timer = undefined
        }
        return entry.job === 0 ? 0 : performance.now() - entry.seenAt
      }
    },
  }

  async function check(entry: Watched): Promise<void> {
    const job = Atomics.load(entry.progress, progressSlot.jobsStarted)
    if (job !== entry.job) Object.assign(entry, { job, seenAt: performance.now() })
    const elapsed = job === 0 ? 0 : performance.now() - entry.seenAt
    if (elapsed < timeoutMs) return
    const spent = elapsed > timeoutMs * WALL_CLOCK_FACTOR ? Infinity : await cpuMsOfJob(entry)
    if (spent >= timeoutMs && watched.has(entry)) entry.kill.abort()
  }

  /** The worker's CPU time is read before the mark of its job, so that a job that has just ended looks short, not long. */
  async function cpuMsOfJob({ progress }: Watched): Promise<number> {
    const id = Atomics.load(progress, progressSlot.threadId)
    const used = await threads()
      .find((thread) => thread.threadId === id)
      ?.cpuUsage()
      .catch(() => undefined)
    // The thread has ended by itself: the pool reports that, there is nothing left to kill.
    if (used === undefined) return 0
    return (used.user + used.system) / 1000 - Atomics.load(progress, progressSlot.cpuMsAtStart)
  }
}
