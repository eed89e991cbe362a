import type { ArmSpend } from '../../schemas/ledger.ts'
import type { ShardPlan } from '../../schemas/run.ts'
import { costUsd } from '../../teachers/price.ts'
import { readUsage } from '../../teachers/read-usage.ts'
import { readJournal } from '../journal/reader.ts'
import { judgeArmName } from '../recipe/judge-arms.ts'
import { journalFolder } from '../run/paths.ts'
import type { ShardContext } from '../shard-context.ts'
import { endpointOfJudge } from '../verify/shard-judge.ts'

/**
 * What the judges of a run have cost, from their journal and therefore also what another recipe asked them before;
 * `undefined` for a run without any. Parts know nothing of it: how often a request was tried must not change their bytes.
 */
export async function judgeSpend(context: ShardContext, plan: ShardPlan): Promise<ArmSpend | undefined> {
  const { recipe, runFolder } = context
  const spend: ArmSpend = {
    arm: judgeArmName,
    requests: 0,
    retries: 0,
    prompt_tokens: 0,
    completion_tokens: 0,
    estimated_tokens: 0,
    cost_usd: null,
    unsettled: 0,
  }
  let lines = 0
  for (let shard = 0; shard < plan.shards; shard++) {
    for await (const { line } of readJournal(journalFolder(runFolder, shard, 'judge'))) {
      lines += 1
      if (line.type === 'intent') {
        spend.unsettled += 1
        continue
      }
      if (line.type === 'exported') continue
      spend.unsettled -= 1
      spend.requests += line.attempts.length
      spend.retries += Math.max(0, line.attempts.length - 1)
      for (const attempt of line.attempts)
        if (attempt.error !== '') spend.completion_tokens += attempt.completion_tokens ?? 0
      if (line.type !== 'answered') continue
      const usage = readUsage(line.body)
      spend.prompt_tokens += usage.prompt_tokens ?? 0
      spend.completion_tokens += usage.completion_tokens ?? 0
      const cost = costUsd(usage, recipe.endpoints[endpointOfJudge(line.arm)]?.price, line.body)
      if (cost !== null) spend.cost_usd = (spend.cost_usd ?? 0) + cost
    }
  }
  return recipe.verify.judge || lines > 0 ? spend : undefined
}
