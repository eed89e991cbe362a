import { ledgerStages, type Ledger } from '../../schemas/ledger.ts'
import type { BudgetLimits } from '../engine/budget.ts'
import { plainTable } from '../reporter/plain-table.ts'
import { formatMoney } from './format-money.ts'
import { isKnownReason } from '../stages/all-reasons.ts'

/** The ledger as tables for a terminal: the funnel by arm, why samples and problems were lost, where the money went. */
export function formatLedger(ledger: Ledger, budget?: BudgetLimits): string {
  return [
    problemLine(ledger),
    funnel(ledger),
    losses(ledger),
    ...formatMoney(ledger, budget),
    truncation(ledger),
    sampling(ledger),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function problemLine({ problems, pairs, golds }: Ledger): string {
  const lost = reasons(problems.lost)
  const pending = pairs.pending > 0 ? `, ${pairs.pending} still to do` : ''
  return [
    `problems: ${problems.read} read, ${problems.kept} kept${lost && ` (lost: ${lost})`}${problems.withdrawn > 0 ? `; ${problems.withdrawn} withdrawn since` : ''}`,
    `pairs:    ${pairs.paired} paired, ${pairs.written} written${pending}${Object.keys(pairs.lost).length > 0 ? ` (lost: ${reasons(pairs.lost)})` : ''}`,
    ...goldLine(golds),
  ].join('\n')
}

/** Empty where no reference is in doubt, which is the usual case. */
function goldLine({ suspect, repaired, majority }: Ledger['golds']): string[] {
  const parts: string[] = []
  if (suspect > 0)
    parts.push(`${suspect} suspect (the samples agree on another answer), ${repaired} repaired`)
  if (majority > 0) parts.push(`${majority} missing ones taken from the majority of the samples`)
  return parts.length === 0 ? [] : [`references: ${parts.join('; ')}`]
}

function funnel({ samples }: Ledger): string {
  const table = plainTable(['samples', ...ledgerStages])
  for (const arm of armsOf(samples))
    table.push([
      arm,
      ...ledgerStages.map((stage) => samples.find((row) => row.arm === arm && row.stage === stage)!.out),
    ])
  return table.toString()
}

function losses({ samples }: Ledger): string {
  const lossy = samples.filter((row) => Object.keys(row.lost).length > 0)
  if (lossy.length === 0) return ''
  const table = plainTable(['lost at', 'arm', 'why'])
  for (const row of lossy) table.push([row.stage, row.arm, reasons(row.lost)])
  return table.toString()
}

/** Nothing where no answer was cut off. */
function truncation(ledger: Ledger): string {
  if (ledger.truncation.length === 0) return ''
  const table = plainTable([
    'cut off by max_tokens',
    'policy',
    'samples',
    'recovered',
    'still cut',
    'further requests',
    'their tokens',
    'tokens of the cut answers',
  ])
  for (const each of ledger.truncation)
    table.push([
      each.arm,
      each.policy,
      each.cut,
      each.recovered,
      each.still_cut,
      each.further_requests,
      each.tokens_further,
      each.tokens_first,
    ])
  return table.toString()
}

function sampling(ledger: Ledger): string {
  if (ledger.sampling.length === 0) return ''
  const table = plainTable(['adaptive sampling', 'problems', 'samples', 'a problem', 'ended by'])
  for (const { arm, problems, samples, ended } of ledger.sampling)
    table.push([arm, problems, samples, (samples / Math.max(1, problems)).toFixed(2), reasons(ended)])
  return table.toString()
}

function reasons(lost: Record<string, number>): string {
  return Object.entries(lost)
    .toSorted((a, b) => b[1] - a[1])
    .map(
      ([reason, count]) => `${count} ${reason}${isKnownReason(reason) ? '' : ' (a code of another version)'}`,
    )
    .join(', ')
}

function armsOf(samples: Ledger['samples']): string[] {
  return [...new Set(samples.map((row) => row.arm))]
}
