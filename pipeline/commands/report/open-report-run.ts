import { readManifest } from '../../../output/dataset/manifest.ts'
import { lengthNote } from '../../../teachers/cost/length-note.ts'
import { isCounted, neededKinds } from '../../../report/answers/gather.ts'
import type { ReportRun } from '../../../report/run.ts'
import { firstSamples } from '../../../schemas/arm.ts'
import { taskNames } from '../../../verifiers/all-verifiers.ts'
import { measuredError } from '../../../verifiers/measured.ts'
import { shardOf } from '../../../store/run/shard-cuts.ts'
import { buildLedger } from '../../ledger/build-ledger.ts'
import { inputKinds } from '../../stages/input-kinds.ts'
import { loadStages } from '../../stages/registry.ts'
import { datasetFolder } from '../../stages/write/write.ts'
import { writtenExports } from '../../stages/written-exports.ts'
import { staleShards } from '../../stages/stale-shards.ts'
import { planOf, readTarget } from '../books/read-run.ts'
import type { CommandIo } from '../io.ts'
import { openRunPairs } from '../review/run-pairs.ts'
import { reviewedAtRandom } from './reviewed-at-random.ts'

/**
 * What a report needs of a run: the folder of a run, which is read by the recipe that it was last started with, or a recipe.
 *
 * @throws UsageError when there is no run, or it has no problems yet
 */
export async function openReportRun(
  target: string,
  option: { run?: string },
  io: CommandIo,
): Promise<ReportRun> {
  const read = await readTarget(target, option, io)
  const { context } = read
  const plan = planOf(read, `run \`npm run distill -- RECIPE\` first`)
  const stages = await loadStages()
  const reads = inputKinds(
    stages,
    stages.find(({ writes }) => writes === 'dataset')!,
    context,
  )
  const written = await writtenExports(context, plan)
  const decisions = reads.decisions === 'set-decisions' ? 'set-decisions' : 'decisions'
  const kinds = reads.kinds !== undefined
  const needed = [...neededKinds, ...(kinds ? ['kinds' as const] : []), decisions] as const
  const stale = await staleShards(context, plan, needed)
  const { runFolder } = context
  const tasks = new Set(taskNames)
  return {
    name: context.recipe.name,
    runFolder,
    shards: plan.shards,
    stale,
    decisions,
    kinds,
    arms: context.arms.map((arm) => ({
      name: arm.name,
      role: arm.role,
      model: arm.model,
      mode: arm.mode,
      first: firstSamples(arm),
    })),
    lengths: lengthNote(context.arms),
    ledger: await buildLedger(context, plan, written),
    files: written ? (await readManifest(datasetFolder(context))).files : [],
    verifiers: [...tasks].flatMap((task) => {
      const error = measuredError(task)
      return error ? [{ task, verifier: `${error.verifier} ${error.version}`, text: error.text }] : []
    }),
    reviewed: await reviewedAtRandom(await openRunPairs(context, plan), (id) =>
      isCounted({ runFolder, decisions, kinds, stale }, shardOf(id, plan.shards)),
    ),
  }
}
