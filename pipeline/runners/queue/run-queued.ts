import { inputDigests, lookAtShard } from '../run-shard.ts'
import { addAwaited, type ShardRunner, type ShardsJob } from '../shard-runner.ts'
import { shardsToDo } from '../../stages/shards-to-do.ts'
import type { ShardStage } from '../../stages/stage.ts'
import type { Worker } from '../../engine/worker.ts'
import { openBell } from './bell.ts'
import type { Connection } from './connection.ts'
import { failureOf } from './failures.ts'
import type { TaskNews, TaskPost } from './post-tasks.ts'
import { queueTimes } from './settings.ts'
import { showTogether } from './show-together.ts'
import { uncounted } from './uncounted.ts'
import { taskId, type ShardTask, type TaskPlace } from './task.ts'

/** The queue as one run uses it. */
export type QueueOfRun = { connection: Connection; post: TaskPost }

/**
 * Has the shards taken through their stages by workers that take them from a queue. Whether one is done only the run folder
 * says; the queue tells when it is worth looking. What nobody has done or queued any more is put there again.
 *
 * @param place of the tasks
 */
export function queuedRunner(queue: QueueOfRun, place: TaskPlace): ShardRunner {
  return async (worker, job) => {
    const awaited = new Map<ShardStage, number>()
    const left = new Map<string, ShardTask>()
    for (const shard of shardsToDo(job.plan)) {
      const outcome = await lookAtShard(worker, job, shard)
      if (outcome === 'held') {
        const task = await taskOf(worker, job, { ...place, shard })
        left.set(taskId(task), task)
      } else if (outcome) addAwaited(awaited, outcome)
      else if (job.last) worker.reporter.advance({ shards: 1 })
    }
    if (left.size > 0) await workOff(queue, worker, { job, left, awaited })
    return awaited
  }
}

async function taskOf(
  worker: Worker,
  { all, stages, last }: ShardsJob,
  { shard, ...place }: TaskPlace & { shard: number },
): Promise<ShardTask> {
  const [first] = stages as [ShardStage]
  return {
    format: 1,
    ...place,
    stages: stages.map(({ name }) => name),
    last,
    shard,
    fingerprint: first.fingerprint(worker.context, await inputDigests(worker, all, first, shard)),
  }
}

type Work = { job: ShardsJob; left: Map<string, ShardTask>; awaited: Map<ShardStage, number> }

/** Waits until all that is left is done, and puts there again what nobody has done or queued any more. */
async function workOff(
  { connection, post }: QueueOfRun,
  worker: Worker,
  { job, left, awaited }: Work,
): Promise<void> {
  const { session, stop, reporter, context } = worker
  const { ttlMs } = session.workers
  const { sweepMs } = queueTimes(ttlMs)
  const bell = openBell()
  const news: TaskNews[] = []
  post.listen((each) => {
    news.push(each)
    bell.ring()
  })
  let refused: Error | undefined
  connection.admitted.catch((error: Error) => {
    refused = error
    bell.ring()
  })
  stop.stop.addEventListener('abort', bell.ring)
  const forgetDone = async (task: ShardTask): Promise<void> => {
    // What others did they count in their own progress.
    if ((await lookAtShard(uncounted(worker), job, task.shard)) !== 'held') left.delete(taskId(task))
  }
  const shown = showTogether(worker)
  try {
    post.put([...left.values()])
    let sweptAt = performance.now()
    let isTold = false
    /** Said to be done, and not seen to be: a network file system shows files later. */
    let doubted: ShardTask[] = []
    while (left.size > 0) {
      await bell.rung(doubted.length > 0 ? Math.min(1000, ttlMs / 10) : sweepMs)
      stop.stop.throwIfAborted()
      if (refused) throw refused
      await session.requireAlive()
      for (const each of news.splice(0)) {
        const task = left.get(each.id)
        if (!task) continue
        if ('worker' in each) throw await failureOf(context.runFolder, each.worker, task.shard)
        if (each.result.state === 'awaited') {
          const { stage: name, awaited: count } = each.result
          const stage = job.stages.find((known) => known.name === name)
          if (stage) addAwaited(awaited, { stage, awaited: count })
          left.delete(each.id)
        } else doubted.push(task)
      }
      const isSweep = performance.now() - sweptAt >= sweepMs
      for (const task of isSweep ? left.values() : doubted) await forgetDone(task)
      doubted = isSweep ? [] : doubted.filter((task) => left.has(taskId(task)))
      if (!isSweep || left.size === 0) continue
      sweptAt = performance.now()
      post.put([...left.values()])
      const isAlone = (await session.workers.others()).length === 0
      if (isAlone && !isTold)
        reporter.note(
          'no worker is at work on this run: start some with `npm run worker -- --queue ADDRESS`, or see what those that are there say',
        )
      isTold = isAlone
    }
  } finally {
    stop.stop.removeEventListener('abort', bell.ring)
    await shown.stop(job.last && left.size === 0)
  }
}
