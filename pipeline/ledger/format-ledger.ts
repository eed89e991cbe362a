import { ledgerStages, type Ledger } from '../../schemas/ledger.ts'
import type { BudgetLimits } from '../engine/budget-limits.ts'
import { wrap } from '../reporter/side-by-side.ts'
import { plainTable } from '../reporter/plain-table.ts'
import { formatMoney } from './format-money.ts'
import { isKnownReason } from '../stages/all-reasons.ts'

export type LedgerForm = {
  budget?: BudgetLimits | undefined
  /** Columns of the terminal; long lists of reasons are wrapped to it. */
  width: number
  /** With where the tokens went, and what cut answers took. */
  tokens?: boolean
}

/** The ledger as tables for a terminal: the funnel by arm, why samples and problems were lost, where the money went. */
export function formatLedger(ledger: Ledger, { budget, width, tokens = false }: LedgerForm): string {
  return [
    wrapped(problemLine(ledger), width),
    kinds(ledger, width),
    selection(ledger),
    funnel(ledger),
    losses(ledger, width),
    ...formatMoney(ledger, budget, tokens).map((part) => (part.includes('  ') ? part : wrapped(part, width))),
    truncation(ledger, tokens),
    sampling(ledger),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function wrapped(text: string, width: number): string {
  return wrap(text, width).join('\n')
}

function problemLine({ problems, pairs, golds, reused = {} }: Ledger): string {
  const lost = reasons(problems.lost)
  const pending = pairs.pending > 0 ? `, ${pairs.pending} still to do` : ''
  return [
    `problems: ${problems.read} read, ${problems.kept} kept${lost && ` (lost: ${lost})`}${problems.withdrawn > 0 ? `; ${problems.withdrawn} withdrawn since` : ''}`,
    `pairs:    ${pairs.paired} paired, ${pairs.written} written${pending}${Object.keys(pairs.lost).length > 0 ? ` (lost: ${reasons(pairs.lost)})` : ''}`,
    ...Object.entries(reused).map(
      ([run, answers]) => `reused:   ${answers} answers of ${run}, paid for there`,
    ),
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

function list(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')
}

/** Nothing where the recipe does not look. */
function kinds({ kinds: found }: Ledger, width: number): string {
  if (!found) return ''
  const told = (what: string, by: Record<string, number>, why: Record<string, number>): string =>
    `${what} told by ${list(by)}${Object.keys(why).length > 0 ? ` (${list(why)})` : ''}`
  const parts = [
    `problems by area and format: ${list(found.cells)}${found.pending > 0 ? `, ${found.pending} still to do` : ''}`,
    told('area', found.area_from, found.area_unknown),
    told('format', found.format_from, found.format_unknown),
  ]
  return wrapped(parts.join('; '), width)
}

/** Nothing where every problem is asked. */
function selection({ selection: selected }: Ledger): string {
  if (!selected) return ''
  const table = plainTable(['selection', 'problems', 'asked', 'pairs', 'selected'])
  for (const [name, { problems, asked, accepted, selected: count }] of Object.entries(selected.strata))
    table.push([name, problems, asked, accepted, count])
  return table.toString()
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

function losses({ samples }: Ledger, width: number): string {
  const lossy = samples.filter((row) => Object.keys(row.lost).length > 0)
  if (lossy.length === 0) return ''
  const table = plainTable(['lost at', 'arm', 'why'])
  const longest = Math.max(...lossy.map(({ arm }) => arm.length))
  // The stage and the arm stand before, each with a gap of two.
  const room = Math.max(24, width - 'lost at '.length - longest - 4)
  for (const row of lossy) table.push([row.stage, row.arm, wrapped(reasons(row.lost), room)])
  return table.toString()
}

/** Nothing where no answer was cut off. */
function truncation(ledger: Ledger, tokens: boolean): string {
  if (ledger.truncation.length === 0) return ''
  const table = plainTable([
    'cut off by max_tokens',
    'policy',
    'samples',
    'recovered',
    'still cut',
    ...(tokens ? ['further requests', 'their tokens', 'tokens of the cut answers'] : []),
  ])
  for (const each of ledger.truncation) {
    const { arm, policy, cut, recovered, still_cut } = each
    const spent = [each.further_requests, each.tokens_further, each.tokens_first]
    table.push([arm, policy, cut, recovered, still_cut, ...(tokens ? spent : [])])
  }
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
