import { firstSamples, type Arm } from '../../../schemas/arm.ts'
import { addTokens, noTokens, type Tokens } from '../../../schemas/bill.ts'
import type { ShardPlan } from '../../../schemas/run.ts'
import { partState } from '../../../store/parts/part.ts'
import { ratesOf } from '../../../teachers/cost/price.ts'
import type { Amount } from '../../engine/budget.ts'
import { amountOf } from '../../engine/budgeted-endpoint.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import type { StratumState } from './plan-wave.ts'
import { quotasOf } from './quotas.ts'

/** Samples of all arms that a problem is asked for at first. */
export function samplesOfProblem(arms: readonly Arm[]): number {
  return arms.reduce((sum, arm) => sum + (arm.import ? 0 : firstSamples(arm)), 0)
}

/** Adds up, from the footers of the parts alone, what the run knows of every stratum that is wanted. */
export async function strataStates(
  context: RunContext,
  { shards }: Pick<ShardPlan, 'shards'>,
): Promise<StratumState[]> {
  const strata = new Map<
    string,
    Omit<StratumState, 'name' | 'quota' | 'cost'> & { tokens: Map<string, Tokens> }
  >()
  const of = (name: string) => {
    const known = strata.get(name) ?? { problems: 0, chosen: 0, asked: 0, accepted: 0, tokens: new Map() }
    strata.set(name, known)
    return known
  }
  let billed = 0
  for (let shard = 0; shard < shards; shard++) {
    const admitted = await partState(context.runFolder, 'admitted', shard)
    for (const [name, { problems, chosen }] of Object.entries(admitted?.counts.strata ?? {})) {
      of(name).problems += problems
      of(name).chosen += chosen
    }
    const selected = await partState(context.runFolder, 'selected', shard)
    for (const [name, { asked, accepted, tokens }] of Object.entries(selected?.counts.strata ?? {})) {
      of(name).asked += asked
      of(name).accepted += accepted
      for (const [arm, more] of Object.entries(tokens)) {
        const sum = of(name).tokens.get(arm) ?? noTokens()
        of(name).tokens.set(arm, sum)
        addTokens(sum, more)
      }
    }
    // Failed tries are in the bill and in no sample.
    const traces = await partState(context.runFolder, 'traces', shard)
    for (const { bill } of Object.values(traces?.counts.arms ?? {})) billed += bill.prompt + bill.completion
  }
  const counted = [...strata.values()]
    .flatMap(({ tokens }) => Array.from(tokens.values()))
    .reduce((sum, { prompt, completion }) => sum + prompt + completion, 0)
  const wasted = counted > 0 ? Math.max(1, billed / counted) : 1
  return [...quotasOf(context.recipe.select!, strata)].map(([name, quota]) => {
    const { tokens, problems, chosen, asked, accepted } = of(name)
    const cost = costOf(context, tokens, wasted)
    return { name, quota, problems, chosen, asked, accepted, cost }
  })
}

function costOf({ recipe, arms }: RunContext, tokens: ReadonlyMap<string, Tokens>, wasted: number): Amount {
  const sum: Amount = { nano_usd: 0, tokens: 0 }
  for (const [name, own] of tokens) {
    const arm = arms.find((each) => each.name === name)!
    const { nano_usd, tokens: count } = amountOf(
      own,
      ratesOf(recipe.endpoints[arm.endpoint]?.price, arm.model),
    )
    sum.nano_usd += nano_usd * wasted
    sum.tokens += count * wasted
  }
  return sum
}
