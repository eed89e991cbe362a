import { StoppedError, UsageError } from '../../schemas/errors.ts'
import type { RunContext } from '../recipe/run-context.ts'
import { termsOf } from '../engine/terms.ts'
import type { Worker } from '../engine/worker.ts'
import type { Spending } from '../reporter/reporter.ts'
import { inputKinds, isActive } from '../stages/input-kinds.ts'
import type { ShardStage, Stage, WholeJob, WholeStage } from '../stages/stage.ts'
import { shardsToDo, type PlanToDo } from '../stages/shards-to-do.ts'
import { wholeFingerprint } from '../stages/written-exports.ts'
import { eachShard } from './embedded.ts'
import { runSet } from './run-set.ts'
import { runShard } from './run-shard.ts'

export type StagesToRun = {
  /** What the progress display calls them. */
  title: string
  plan: PlanToDo
  /** Every stage there is, in order. */
  all: readonly Stage[]
  /** Those to run, in order. */
  chosen: readonly Stage[]
  ledger: WholeJob['ledger']
}

/**
 * Takes all shards through stages. A shard goes through consecutive stages of single shards without waiting for the others;
 * a stage over all shards waits until every shard has reached it.
 *
 * @throws StoppedError when shards wait for outcomes that another start brings
 */
export async function runStages(
  worker: Worker,
  { title, plan, all, chosen, ledger }: StagesToRun,
): Promise<void> {
  const { context, reporter } = worker
  const active = chosen.filter((stage) => isActive(stage, context))
  for (const stage of active) await stage.begin?.(worker, plan)
  await worker.session.agree(termsOf(context, plan))
  await worker.session.leaveBooks()
  if (active.some(({ scope }) => scope === 'shard' || scope === 'set'))
    reporter.start(title, {
      samples: samplesAhead(active, context, plan),
      shards: shardsToDo(plan).length,
      ...(context.chosen && !context.pilot && context.chosen.waves > 0 && { wave: context.chosen.waves }),
      budget: { ...context.recipe.budget, spent: () => spentBy(worker) },
    })
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
      await runTogether(worker, plan, all, together, together.at(-1) === lastOfShards)
    }
  }
  reporter.stop()
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

async function runTogether(
  worker: Worker,
  plan: PlanToDo,
  all: readonly Stage[],
  stages: readonly ShardStage[],
  last: boolean,
): Promise<void> {
  const awaited = new Map<ShardStage, number>()
  await eachShard(worker, plan, async (shard, asked) => {
    const waiting = await runShard(worker, all, stages, shard, asked)
    if (waiting === 'held') return waiting
    if (waiting) awaited.set(waiting.stage, (awaited.get(waiting.stage) ?? 0) + waiting.awaited)
    else if (last) worker.reporter.advance({ shards: 1 })
    return undefined
  })
  for (const [stage, count] of awaited)
    throw stage.whyAwaited?.(count) ?? new StoppedError(`\`${stage.name}\` waits for ${count} outcomes`)
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
