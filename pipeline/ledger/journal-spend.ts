import type { ArmSpend } from '../../schemas/ledger.ts'
import type { Price } from '../../teachers/endpoint-options.ts'
import { costUsd } from '../../teachers/price.ts'
import { readUsage } from '../../teachers/read-usage.ts'
import { readJournal } from '../journal/reader.ts'

/**
 * What the requests in journal folders have cost, failed and repeated tries included; `undefined` when there are none.
 *
 * @param name what the ledger calls them
 * @param priceOf the price of the arm that a line names
 */
export async function journalSpend(
  name: string,
  folders: readonly string[],
  priceOf: (arm: string) => Price | undefined,
): Promise<ArmSpend | undefined> {
  const spend = noSpend(name)
  let lines = 0
  for (const folder of folders) {
    for await (const { line } of readJournal(folder)) {
      lines += 1
      if (line.type === 'intent') {
        spend.unsettled += 1
        continue
      }
      spend.unsettled -= 1
      spend.requests += line.attempts.length
      spend.retries += Math.max(0, line.attempts.length - 1)
      for (const attempt of line.attempts)
        if (attempt.error !== '') spend.completion_tokens += attempt.completion_tokens ?? 0
      if (line.type !== 'answered') continue
      const usage = readUsage(line.body)
      spend.prompt_tokens += usage.prompt_tokens ?? 0
      spend.completion_tokens += usage.completion_tokens ?? 0
      const cost = costUsd(usage, priceOf(line.arm), line.body)
      if (cost !== null) spend.cost_usd = (spend.cost_usd ?? 0) + cost
    }
  }
  return lines > 0 ? spend : undefined
}

export function noSpend(arm: string): ArmSpend {
  return {
    arm,
    requests: 0,
    retries: 0,
    prompt_tokens: 0,
    completion_tokens: 0,
    cost_usd: null,
    unsettled: 0,
  }
}
