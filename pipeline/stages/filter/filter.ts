import {
  fingerprintOf,
  judgeGroups,
  judgeSamples,
  needTexts,
  settingsOf,
  type SampleJudge,
} from '../../../filters/apply.ts'
import type { FilterFiles } from '../../../filters/filter.ts'
import { decisionRow, unmeasured } from '../../../filters/measures.ts'
import { groupFilters, sampleFilters } from '../../../filters/registry.ts'
import { correctness } from '../../../filters/sample/correctness.ts'
import type { Arm } from '../../../schemas/arm.ts'
import { hashOf } from '../../../schemas/canonical.ts'
import type { DecisionsCounts } from '../../../schemas/counts.ts'
import type { Decision } from '../../../schemas/decision.ts'
import { writePart } from '../../../store/parts/part.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import type { ShardJob, ShardStage } from '../stage.ts'
import { hasText, lossReason } from '../counts.ts'
import { sampleGroups } from '../read-samples.ts'
import { readFilterFiles } from './filter-files.ts'
import { openShardMemory } from './shard-memory.ts'
import type { SampleMemory } from '../../../filters/sample-memory.ts'
import { countDecision, emptyDecisionsCounts } from './count-decisions.ts'

const version = 4
const filters = [...sampleFilters, ...groupFilters]
/** Every measure has a column, whether its filter runs or not. */
const noMeasures = unmeasured(filters)

export const filterStage: ShardStage = {
  name: 'filter',
  scope: 'shard',
  reads: ['traces', 'verdicts'],
  writes: 'decisions',
  fingerprint: ({ recipe, filterFiles }, inputs) =>
    hashOf({
      version,
      filters: fingerprintOf(settingsOf(filters, recipe.filter), filterFiles),
      measures: Object.keys(noMeasures),
      require: recipe.pair.require,
      inputs,
    }),
  inThread: decide,
}

/** Writes a shard's `decisions/` part: keep or drop for every sample, with every reason. */
async function decide({ context, shard, fingerprint, lease }: ShardJob): Promise<void> {
  const counts = emptyDecisionsCounts(context.arms)
  const { memory, store } = await openShardMemory(context, shard)
  await writePart(context.runFolder, 'decisions', shard, {
    lease,
    row: decisionRow(filters),
    rows: decisions(context, shard, { counts, memory }),
    fingerprint,
    counts: () => counts,
  })
  await store()
}

async function* decisions(
  context: RunContext,
  shard: number,
  { counts, memory }: { counts: DecisionsCounts; memory: SampleMemory },
): AsyncGenerator<Decision> {
  const judges = judgesByArm(context, await readFilterFiles(context), memory)
  const texts = needTexts(context.recipe.filter, memory)
  let at = 0
  const judgeGroup = judgeGroups(context.recipe.filter)
  for await (const { problem, samples } of sampleGroups(context, shard, { texts })) {
    const decided = samples.map((sample) => Object.assign({}, sample, judges[sample.arm.name]!(sample, at++)))
    const withText = decided.filter(({ trace }) => hasText(trace))
    const grouped = new Map(
      judgeGroup({ problem, samples: withText }).map((found, index) => [withText[index], found]),
    )
    for (const sample of decided) {
      const { key, problem_id, arm, sample_index } = sample.trace
      const found = grouped.get(sample)
      // A sample without text is never kept, even where the recipe switches every filter off.
      const reasons = found ? [...found.reasons] : [lossReason(sample.trace)]
      if (found) countDecision(counts, sample.trace, found.reasons[0])
      const measures = { ...noMeasures, ...(found ?? sample).measures }
      yield { key, problem_id, arm, sample_index, keep: reasons.length === 0, reasons, measures }
    }
  }
}

/**
 * The recipe's sample filters for each arm. Correctness applies only to the arms that `pair.require` names: a study that
 * keeps pairs even with wrong answers (arXiv 2509.22193) sets it to `none`.
 */
function judgesByArm(
  { recipe, arms }: RunContext,
  files: FilterFiles,
  memory: SampleMemory,
): Record<string, SampleJudge> {
  const { require } = recipe.pair
  const bound = (arm: Arm): boolean =>
    require === 'all' || (Array.isArray(require) && require.includes(arm.name))
  return Object.fromEntries(
    arms.map((arm) => [
      arm.name,
      judgeSamples(recipe.filter, bound(arm) ? [] : [correctness.name], files, memory),
    ]),
  )
}
