import type { ArmSpend } from '../../schemas/ledger.ts'
import type { ShardPlan } from '../../schemas/run.ts'
import { judgeArmName } from '../recipe/judge-arms.ts'
import { journalFolder } from '../run/paths.ts'
import type { ShardContext } from '../shard-context.ts'
import { endpointOfJudge } from '../verify/shard-judge.ts'
import { journalSpend, noSpend } from './journal-spend.ts'

/**
 * What the judges of a run have cost, from their journal and therefore also what another recipe asked them before;
 * `undefined` for a run without any. Parts know nothing of it: how often a request was tried must not change their bytes.
 */
export async function judgeSpend(
  { recipe, runFolder }: ShardContext,
  plan: ShardPlan,
): Promise<ArmSpend | undefined> {
  const folders = Array.from({ length: plan.shards }, (_, shard) => journalFolder(runFolder, shard, 'judge'))
  const priceOf = (arm: string) => recipe.endpoints[endpointOfJudge(arm)]?.price
  const spend = await journalSpend(judgeArmName, folders, priceOf)
  return spend ?? (recipe.verify.judge ? noSpend(judgeArmName) : undefined)
}
