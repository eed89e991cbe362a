import { applyFilters, createFilters } from '../../../filters/apply.ts'
import { correctness } from '../../../filters/sample/correctness.ts'
import type { ActiveFilter } from '../../../filters/filter.ts'
import { traceFilters } from '../../../filters/registry.ts'
import { formatReward, languageConsistency, rewardsVersion } from '../../../filters/sample/rewards.ts'
import type { Arm } from '../../../schemas/arm.ts'
import { addTokens, noTokens, type Tokens } from '../../../schemas/bill.ts'
import { hashOf } from '../../../schemas/canonical.ts'
import { Decision } from '../../../schemas/decision.ts'
import { writePart } from '../../../store/parts/part.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import type { ShardStage } from '../stage.ts'
import { byArm, hasText, lossReason, tally, tallyTokens, tokensOf, type DecisionsCounts } from '../counts.ts'
import { readSamples } from '../read-samples.ts'

const version = 3
const versions = [...traceFilters.map((filter) => [filter.name, filter.version]), ['rewards', rewardsVersion]]

export const filterStage: ShardStage = {
  name: 'filter',
  reads: ['traces', 'verdicts'],
  writes: 'decisions',
  fingerprint: ({ recipe }, inputs) =>
    hashOf({ version, versions, filter: recipe.filter, require: recipe.pair.require, inputs }),
  run: (engine, shard, fingerprint) => engine.inWorker('decide', shard, fingerprint),
}

/** Writes a shard's `decisions/` part: keep or drop for every sample, with every reason. */
export async function decide(context: RunContext, shard: number, fingerprint: string): Promise<void> {
  const counts: DecisionsCounts = {
    arms: byArm(context.arms, () => ({
      in: 0,
      unverified: {},
      dropped: {},
      kept: 0,
      tokens: { unverified: {}, dropped: {}, kept: noTokens() },
    })),
  }
  await writePart(context.runFolder, 'decisions', shard, {
    schema: Decision,
    rows: decisions(context, shard, counts),
    fingerprint,
    counts: () => counts,
  })
}

async function* decisions(
  context: RunContext,
  shard: number,
  counts: DecisionsCounts,
): AsyncGenerator<Decision> {
  const filters = byArmName(context)
  for await (const sample of readSamples(context, shard)) {
    const { key, problem_id, arm, sample_index } = sample.trace
    const present = hasText(sample.trace)
    // Without text there is nothing to keep, whatever the recipe's filters say.
    const reasons = present ? applyFilters(filters[arm]!, sample) : [lossReason(sample.trace)]
    if (present) count(counts.arms[arm]!, reasons[0], tokensOf(sample.trace))
    yield {
      key,
      problem_id,
      arm,
      sample_index,
      keep: reasons.length === 0,
      reasons,
      format_reward: formatReward(sample),
      language_consistency: languageConsistency(sample),
    }
  }
}

/**
 * The recipe's filters for each arm. Correctness binds only the arms that `pair.require` names: a study that keeps pairs
 * whatever the answer (arXiv 2509.22193) sets it to `none`.
 */
function byArmName({ recipe, arms }: RunContext): Record<string, ActiveFilter[]> {
  const { require } = recipe.pair
  const bound = (arm: Arm): boolean =>
    require === 'all' || (Array.isArray(require) && require.includes(arm.name))
  return Object.fromEntries(
    arms.map((arm) => [arm.name, createFilters(recipe.filter, bound(arm) ? [] : [correctness.name])]),
  )
}

/** Samples that could not be checked are told apart from those that were dropped for what they are. */
function count(arm: DecisionsCounts['arms'][string], reason: string | undefined, tokens: Tokens): void {
  arm.in += 1
  if (reason === undefined) {
    arm.kept += 1
    addTokens(arm.tokens.kept, tokens)
    return
  }
  const lost = reason in correctness.reasons && reason !== 'incorrect' ? 'unverified' : 'dropped'
  tally(arm[lost], reason)
  tallyTokens(arm.tokens[lost], reason, tokens)
}
