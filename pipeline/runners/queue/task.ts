import { z } from 'zod'
import { hashOf } from '../../../schemas/canonical.ts'

/** Where all runs put their shards: a queue of workers, who take those of any run. */
export const queueName = 'shards'

/** Of the task that says only that a run may put more tasks there; it waits until nobody puts it off any more. */
export const openTaskName = 'open'

/** In braces, so that a cluster keeps all of it in one place. */
export const queuePrefix = '{twinstill}'

/**
 * A shard to take through stages, as it lies in the queue: names and numbers only. What is in the shard, and whether it is done,
 * the run folder says.
 */
export const ShardTask = z.strictObject({
  format: z.literal(1),
  /** Paths as the process that put it there sees them. */
  run: z.string(),
  recipe: z.string(),
  cwd: z.string(),
  /** The names of the stages of shards that the run goes through, in order, and those of this task. */
  chosen: z.array(z.string()).min(1),
  stages: z.array(z.string()).min(1),
  /** Whether no other stage of shards follows, so that the shard is done. */
  last: z.boolean(),
  shard: z.int().nonnegative(),
  /** Of the part that the first stage makes: a task of an older recipe has another one. */
  fingerprint: z.string(),
})
export type ShardTask = z.infer<typeof ShardTask>

/** Where the work of a task is: all tasks of a place are done by a worker that is opened once. */
export type TaskPlace = Pick<ShardTask, 'run' | 'recipe' | 'cwd' | 'chosen'>

/** What a worker says of a task that it has done; answers and messages stay in the run folder. */
export const TaskResult = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('done') }),
  /** Its shard waits for outcomes that another start brings. */
  z.strictObject({ state: z.literal('awaited'), stage: z.string(), awaited: z.int() }),
  /** It is of an older recipe, and nobody wants it any more. */
  z.strictObject({ state: z.literal('stale') }),
])
export type TaskResult = z.infer<typeof TaskResult>

export function isSamePlace(one: TaskPlace, other: TaskPlace): boolean {
  return placeHash(one) === placeHash(other)
}

/** The beginning of the ids of all tasks of a run. */
export function runPrefix(run: string): string {
  return `${hashOf(run).slice(0, 16)}-`
}

/** The same for the same work, so that a task that is put into the queue twice is there once. */
export function taskId(task: ShardTask): string {
  const { run, stages, shard, fingerprint } = task
  const work = hashOf({ place: placeHash(task), stages }).slice(0, 8)
  return `${runPrefix(run)}${work}-${shard}-${fingerprint.slice(0, 8)}`
}

function placeHash({ run, recipe, cwd, chosen }: TaskPlace): string {
  return hashOf({ run, recipe, cwd, chosen })
}
