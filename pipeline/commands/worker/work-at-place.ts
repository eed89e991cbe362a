import { join } from 'node:path'
import { UsageError } from '../../../schemas/errors.ts'
import type { ShardPlan } from '../../../schemas/run.ts'
import { exists } from '../../../store/files/entries.ts'
import { recordFile } from '../../../store/run/run-record.ts'
import { BuriedError } from '../../../store/session/refusals.ts'
import { nothing } from '../../engine/budget.ts'
import type { Worker } from '../../engine/worker.ts'
import { spentBefore } from '../../ledger/spent-before.ts'
import { resolveRun } from '../../recipe/resolve-run.ts'
import { isSamePlace } from '../../runners/queue/task.ts'
import type { TakenTask, TaskSource } from '../../runners/queue/take-tasks.ts'
import { workerTitle } from '../../runners/queue/show-together.ts'
import { uncounted } from '../../runners/queue/uncounted.ts'
import { inputDigests, lookAtShard, runShard } from '../../runners/run-shard.ts'
import { beginStages } from '../../runners/run-stages.ts'
import { workThrough } from '../../runners/work-through.ts'
import { isActive } from '../../stages/input-kinds.ts'
import { loadStages } from '../../stages/registry.ts'
import type { ShardStage, Stage } from '../../stages/stage.ts'
import type { OpenBooks } from '../books/open-run.ts'
import { withPublishedProgress } from '../books/publish-progress.ts'
import { readRecipe } from '../books/read-run.ts'
import { withWorker } from '../books/with-worker.ts'
import type { CommandIo } from '../io.ts'
import { isSmall, withPreparedRun } from '../stages/prepare-run.ts'
import { fail } from './fail.ts'

type PlaceEnd = { next: TakenTask | undefined; failed: boolean }

export type PlaceMeans = {
  source: TaskSource
  stop: AbortSignal
  ttlMs: number
  /** Seconds that answers in flight are waited for after a signal. */
  grace: number | undefined
}

/**
 * Opens the run of a task, as another worker of it, and does this task and all further ones of the same place, until there
 * are none for a while.
 *
 * @returns a task of another place that was taken last, and whether a task could not be done
 * @throws UsageError when this process cannot work on the run: then the first task is still to be given back
 */
export async function workAtPlace(first: TakenTask, means: PlaceMeans, outer: CommandIo): Promise<PlaceEnd> {
  const { run, recipe: recipePath, cwd, chosen: names } = first.task
  // Opening it would make it, and buy its answers for nobody.
  if (!(await exists(join(run, recordFile))))
    throw new UsageError(
      `the run folder ${run} is not there: a worker must see it under the same path as whoever put its shards into the queue`,
    )
  const io = { ...(outer.anew?.() ?? outer), cwd }
  const recipe = await readRecipe(recipePath, io)
  if (recipe.select) throw new UsageError('`select` asks in waves, which a queue does not know')
  const context = resolveRun(recipe, run, cwd)
  const all = await loadStages()
  const chosen = all.filter(
    (stage): stage is ShardStage => stage.scope === 'shard' && names.includes(stage.name),
  )
  if (chosen.length !== names.length)
    throw new UsageError(`the run ${run} wants stages that this version does not have (${names.join(', ')})`)
  const end: PlaceEnd = { next: undefined, failed: false }
  try {
    await withPreparedRun(context, { all, chosen, strict: false, shared: true }, io, (books, plan) =>
      withPublishedProgress(context, { io, wish: undefined, joined: books.joined }, () =>
        workOn(books, { first, plan, all, chosen, end }, means, io),
      ),
    )
  } catch (error) {
    // The lock of a task that nobody settles is renewed for ever.
    if (end.next !== first) end.next?.giveBack(0)
    throw error
  }
  return end
}

type Place = {
  first: TakenTask
  plan: ShardPlan
  all: readonly Stage[]
  chosen: readonly ShardStage[]
  /** Filled in as it becomes known. */
  end: PlaceEnd
}

async function workOn(
  books: OpenBooks,
  { first, plan, all, chosen, end: place }: Place,
  { source, stop: end, ttlMs, grace }: PlaceMeans,
  io: CommandIo,
): Promise<void> {
  const { context, reporter, session } = books
  // Whoever joins others takes that from them.
  const spent = books.joined ? nothing : await spentBefore(context, reporter)
  let given: TakenTask | undefined = first
  let other: TakenTask | undefined
  const outcomes = new Set<Outcome>()
  const work = async (worker: Worker): Promise<void> => {
    const active = chosen.filter((stage) => isActive(stage, context))
    await beginStages(worker, { title: workerTitle, plan, all, chosen: active })
    reporter.note(`at work on ${context.runFolder}`)
    const stop = AbortSignal.any([worker.stop.stop, end])
    const next = async (): Promise<TakenTask | undefined> => {
      if (outcomes.has('failed') || outcomes.has('left') || other || stop.aborted) return undefined
      const task = given ?? (await source.take(AbortSignal.any([stop, AbortSignal.timeout(ttlMs / 10)])))
      given = undefined
      if (!task || isSamePlace(task.task, first.task)) return task
      if (other) task.giveBack(0)
      other ??= task
      return undefined
    }
    const open = context.recipe.generate.shards_open
    await workThrough({ open, mostWaiting: open }, next, async (taken, asked) => {
      outcomes.add(await doTask(worker, { all, chosen: active }, taken, { asked, end, io }))
    })
  }
  try {
    await withWorker(context, { io, session, grace, spent, isSmall: isSmall(context, plan) }, work)
  } finally {
    place.next = other ?? given
    place.failed = outcomes.has('failed')
  }
}

/** What became of a task; `left`: nothing, and this process cannot go on with the run. */
type Outcome = 'done' | 'failed' | 'left'

async function doTask(
  worker: Worker,
  { all, chosen }: Pick<Place, 'all' | 'chosen'>,
  taken: TakenTask,
  { asked, end, io }: { asked: () => Promise<void>; end: AbortSignal; io: CommandIo },
): Promise<Outcome> {
  const { context, session } = worker
  const { shard, fingerprint } = taken.task
  try {
    const stages = chosen.filter(({ name }) => taken.task.stages.includes(name))
    const [stage] = stages
    if (!stage || stage.fingerprint(context, await inputDigests(worker, all, stage, shard)) !== fingerprint) {
      taken.done({ state: 'stale' })
      return 'done'
    }
    let outcome = await lookAtShard(uncounted(worker), { all, stages }, shard)
    if (outcome === 'held') outcome = await runShard(worker, all, stages, shard, asked)
    // Another worker has it, or had it and is not known yet to be dead.
    if (outcome === 'held') taken.giveBack(session.workers.ttlMs / 4)
    else if (outcome) taken.done({ state: 'awaited', stage: outcome.stage.name, awaited: outcome.awaited })
    else {
      if (taken.task.last) worker.reporter.advance({ shards: 1 })
      taken.done({ state: 'done' })
    }
    return 'done'
  } catch (error) {
    // A signal, or others have gone on with what this process had. Whatever else stopped it stops the run.
    // A disk that does not say whether it is so is no reason to keep the task: what was thrown first is told.
    const isBuried = (): Promise<boolean> => session.workers.isBuried().catch(() => false)
    if (end.aborted || error instanceof BuriedError || (await isBuried())) {
      taken.giveBack(0)
      return 'left'
    }
    await fail(taken, worker.stop.stop.aborted ? worker.stop.stop.reason : error, io)
    return 'failed'
  }
}
