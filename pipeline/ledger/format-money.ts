import type { Ledger, RunTotal, TokenRow } from '../../schemas/ledger.ts'
import { plainTable } from '../reporter/plain-table.ts'
import type { BudgetLimits } from '../engine/budget-limits.ts'

/**
 * Money of a ledger as tables: spend by arm, what a pair costs, what is left of the budget.
 *
 * @param tokens with where the tokens went
 */
export function formatMoney(ledger: Ledger, budget: BudgetLimits | undefined, tokens: boolean): string[] {
  return [spend(ledger), tokens ? destinations(ledger) : '', perPair(ledger), inAll(ledger.total, budget)]
}

function spend(ledger: Ledger): string {
  const table = plainTable([
    'spend (tokens)',
    'requests',
    'retries',
    'cut off',
    'prompt',
    'completion',
    'USD',
  ])
  for (const arm of ledger.spend) {
    table.push([
      arm.arm,
      arm.requests,
      arm.retries,
      arm.unsettled,
      arm.prompt_tokens,
      arm.completion_tokens,
      usd(arm.cost_usd),
    ])
  }
  const notes = ledger.spend
    .filter((arm) => arm.estimated_tokens > 0)
    .map(
      (arm) =>
        `${arm.arm}: ${arm.estimated_tokens} of these tokens are estimates, because the server did not tell`,
    )
  return [table.toString(), ...notes].join('\n')
}

function destinations({ tokens }: Ledger): string {
  if (tokens.length === 0) return ''
  const table = plainTable(['where the tokens went', 'to', 'tokens', 'share', 'USD'])
  for (const arm of new Set(tokens.map((row) => row.arm))) {
    const rows = tokens.filter((row) => row.arm === arm)
    const whole = sumOf(rows)
    for (const row of rows) {
      const to = row.reason === '' ? 'written pairs' : `${row.stage}: ${row.reason}`
      table.push([arm, to, tokensOf(row), percent(tokensOf(row), whole), usd(row.cost_usd)])
    }
  }
  return table.toString()
}

function perPair({ tokens, pairs }: Ledger): string {
  if (pairs.paired === 0 || tokens.length === 0) return ''
  const written = tokens.filter((row) => row.reason === '')
  const [all, used] = [sumOf(tokens), sumOf(written)]
  const cost = tokens.reduce((sum, row) => sum + (row.cost_usd ?? 0), 0)
  const money = cost > 0 ? `, $${(cost / pairs.paired).toFixed(6)}` : ''
  return `for each accepted pair: ${Math.round(all / pairs.paired)} tokens${money}; ${percent(used, all)} of the tokens went into written pairs`
}

function inAll(total: RunTotal, budget: BudgetLimits | undefined): string {
  if (total.requests === 0) return ''
  const parts = [
    `${total.tokens}${budget?.tokens === undefined ? '' : ` of ${budget.tokens}`} tokens`,
    total.cost_usd === null && budget?.usd === undefined
      ? ''
      : `$${(total.cost_usd ?? 0).toFixed(4)}${budget?.usd === undefined ? '' : ` of $${budget.usd}`}`,
  ].filter((part) => part !== '')
  const { requests, tokens, cost_usd } = total.cut_off
  const cutOff =
    requests === 0
      ? ''
      : ` (with ${tokens} tokens${cost_usd === null ? '' : `, $${cost_usd.toFixed(4)}`} counted for ${requests === 1 ? 'a request' : `${requests} requests`} that a kill cut off)`
  const elsewhere =
    total.elsewhere === 0
      ? ''
      : `; ${total.elsewhere} tokens of them went into what this recipe does not ask for, or into second answers`
  return `bought in all, under this recipe and earlier ones: ${parts.join(', ')}${cutOff}${elsewhere}`
}

function tokensOf(row: TokenRow): number {
  return row.prompt_tokens + row.completion_tokens
}

function sumOf(rows: readonly TokenRow[]): number {
  return rows.reduce((sum, row) => sum + tokensOf(row), 0)
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`
}

function usd(cost: number | null): string {
  return cost === null ? 'no price' : cost.toFixed(4)
}
