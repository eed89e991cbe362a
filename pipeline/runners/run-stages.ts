import { hashOf } from '../../schemas/canonical.ts'
import { StoppedError, UsageError } from '../../schemas/errors.ts'
import type { RunContext } from '../recipe/run-context.ts'
import { termsOf } from '../engine/terms.ts'
import type { Worker } from '../engine/worker.ts'
import type { Spending } from '../reporter/reporter.ts'
import { inputKinds, isActive } from '../stages/input-kinds.ts'
import type { Stage, WholeJob, WholeStage } from '../stages/stage.ts'
import { shardsToDo, type PlanToDo } from '../stages/shards-to-do.ts'
import { wholeFingerprint } from '../stages/written-exports.ts'
import { runSet } from './run-set.ts'
import { runHere, type ShardRunner } from './shard-runner.ts'

export type StagesToRun = {
  /** What the progress display calls them. */
  title: string
  plan: PlanToDo
  /** Every stage there is, in order. */
  all: readonly Stage[]
  /** Those to run, in order. */
  chosen: readonly Stage[]
  ledger: WholeJob['ledger']
  /** Who takes the single shards through their stages; this process unless given. */
  runner?: ShardRunner | undefined
}

/**
 * Takes all shards through stages. A shard goes through consecutive stages of single shards without waiting for the others;
 * a stage over all shards waits until every shard has reached it.
 *
 * @throws StoppedError when shards wait for outcomes that another start brings
 */
export async function runStages(
  worker: Worker,
  { title, plan, all, chosen, ledger, runner = runHere }: StagesToRun,
): Promise<void> {
  const { context, reporter } = worker
  const active = chosen.filter((stage) => isActive(stage, context))
  await beginStages(worker, { title, plan, all, chosen: active })
  const lastOfShards = active.findLast(({ scope }) => scope === 'shard' || scope === 'set')
  for (let at = 0; at < active.length; at++) {
    const stage = active[at]!
    if (stage.scope === 'whole') await runWhole(worker, plan, all, stage, ledger)
    else if (stage.scope === 'set') await runSet(worker, plan, all, stage, stage === lastOfShards)
    else if (stage.scope === 'shard') {
      const together = [stage]
      for (let next = active[at + 1]; next?.scope === 'shard'; next = active[at + 1]) {
        together.push(next)
        at += 1
      }
      const job = { plan, all, stages: together, last: together.at(-1) === lastOfShards }
      for (const [waiting, count] of await runner(worker, job))
        throw (
          waiting.whyAwaited?.(count) ?? new StoppedError(`\`${waiting.name}\` waits for ${count} outcomes`)
        )
    }
  }
  reporter.stop()
}

/**
 * What comes before the first shard: what stages do once, what all workers must have alike, and the progress display.
 *
 * @param chosen stages that have something to do
 */
export async function beginStages(
  worker: Worker,
  { title, plan, all, chosen }: Pick<StagesToRun, 'title' | 'plan' | 'all' | 'chosen'>,
): Promise<void> {
  const { context, reporter, session } = worker
  for (const stage of chosen) await stage.begin?.(worker, plan)
  await session.agree({ ...termsOf(context, plan), program: programOf(context, all) })
  await session.leaveBooks()
  if (chosen.some(({ scope }) => scope === 'shard' || scope === 'set'))
    reporter.start(title, {
      samples: samplesAhead(chosen, context, plan),
      shards: shardsToDo(plan).length,
      ...(context.chosen && !context.pilot && context.chosen.waves > 0 && { wave: context.chosen.waves }),
      budget: { ...context.recipe.budget, spent: () => spentBy(worker) },
    })
}

/** Covers the versions of everything that makes parts: two workers of different versions must not make parts of one run. */
function programOf(context: RunContext, all: readonly Stage[]): string {
  const made = all.flatMap((stage) =>
    stage.scope !== 'source' && isActive(stage, context) ? [stage.fingerprint(context, [])] : [],
  )
  return hashOf(made)
}

function samplesAhead(stages: readonly Stage[], context: RunContext, plan: PlanToDo): Record<string, number> {
  return Object.assign(
    {},
    ...stages.map((stage) => (stage.scope === 'shard' ? stage.samplesAhead?.(context, plan) : undefined)),
  ) as Record<string, number>
}

function spentBy({ budget }: Worker): Spending {
  const { nano_usd, tokens } = budget.state().spent
  return { usd: nano_usd / 1e9, tokens }
}

async function runWhole(
  worker: Worker,
  plan: PlanToDo,
  all: readonly Stage[],
  stage: WholeStage,
  ledger: WholeJob['ledger'],
): Promise<void> {
  worker.reporter.stop()
  const fingerprint = await wholeFingerprint(all, stage, worker.context, plan)
  if (fingerprint === undefined)
    throw new UsageError(
      `\`${stage.name}\` needs ${stage.reads.at(-1)} that are not there yet or are older than the recipe; run \`npm run distill -- RECIPE\`, which runs what is missing`,
    )
  const reads = inputKinds(all, stage, worker.context)
  await worker.session.withBooks(
    (lease) => stage.run(worker, { plan, fingerprint, reads, ledger, lease }),
    worker.stop.stop,
  )
}
