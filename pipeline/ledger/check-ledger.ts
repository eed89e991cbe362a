import { sum } from '../../schemas/counts.ts'
import { ledgerStages, type Ledger, type LedgerStage } from '../../schemas/ledger.ts'
import type { WrittenExport } from '../../schemas/written-export.ts'

/**
 * Every way in which a ledger does not add up, one line each; none when it does: what enters a stage leaves it or is
 * lost with a reason, what leaves a stage enters the next one, every answered sample has one verdict, what was paired was
 * written, every export was given what it reads, and every token and dollar that was spent is accounted for.
 */
export function ledgerFaults(ledger: Ledger): string[] {
  const faults: string[] = []
  const expect = (what: string, left: number, right: number): void => {
    if (left !== right) faults.push(`${what}: ${left} is not ${right}`)
  }
  const { problems, pairs } = ledger
  expect('problems read = kept + lost', problems.read, problems.kept + sum(problems.lost))
  expect('problems = paired + lost + pending', pairs.problems, pairs.paired + sum(pairs.lost) + pairs.pending)
  for (const arm of new Set(ledger.samples.map((row) => row.arm))) {
    const rows = ledgerStages.map((stage) =>
      ledger.samples.find((row) => row.arm === arm && row.stage === stage)!,
    )
    for (const [index, row] of rows.entries()) {
      expect(`${arm}: ${row.stage} in = out + lost`, row.in, row.out + sum(row.lost))
      const before = rows[index - 1]
      if (before) expect(`${arm}: ${row.stage} in = ${before.stage} out`, row.in, before.out)
    }
    const [planned] = rows
    const verdicts = sum(ledger.verdicts[arm] ?? {})
    if (pairs.pending === 0) expect(`${arm}: verdicts = samples planned`, verdicts, planned!.in)
    const paired = rows.find((row) => row.stage === 'paired')!
    if (pairs.pending === 0) expect(`${arm}: samples paired = problems paired`, paired.out, pairs.paired)
  }
  if (ledger.kinds) {
    const { cells, area_from, format_from, area_unknown, format_unknown, pending } = ledger.kinds
    expect('problems kept = areas and formats + pending', problems.kept, sum(cells) + pending)
    expect('areas told = areas and formats', sum(area_from), sum(cells))
    expect('formats told = areas and formats', sum(format_from), sum(cells))
    expect('areas told by nobody = their reasons', area_from['none'] ?? 0, sum(area_unknown))
    expect('formats told by nobody = their reasons', format_from['none'] ?? 0, sum(format_unknown))
  }
  if (ledger.selection && pairs.pending === 0) {
    const strata = Object.values(ledger.selection.strata)
    const total = (figure: 'accepted' | 'selected'): number =>
      strata.reduce((count, stratum) => count + stratum[figure], 0)
    expect('pairs selected in all strata = problems paired', total('selected'), pairs.paired)
    expect(
      'pairs of all strata = selected + beyond_selection',
      total('accepted'),
      total('selected') + (pairs.lost['beyond_selection'] ?? 0),
    )
  }
  for (const { arm, cut, recovered, still_cut, ...spent } of ledger.truncation) {
    expect(`${arm}: samples cut off = recovered + still cut`, cut, recovered + still_cut)
    const spend = ledger.spend.find((entry) => entry.arm === arm)!
    const tokens = spent.tokens_first + spent.tokens_further
    if (tokens > spend.completion_tokens || cut + spent.further_requests > spend.requests)
      faults.push(`${arm}: cut samples took more requests or tokens than the arm as a whole`)
  }
  for (const { arm, problems, samples, ended } of ledger.sampling) {
    expect(`${arm}: problems sampled = problems by why that ended`, problems, sum(ended))
    const planned = ledger.samples.find((row) => row.arm === arm && row.stage === 'planned')!
    if (pairs.pending === 0) expect(`${arm}: adaptive samples = samples planned`, samples, planned.in)
  }
  for (const spend of ledger.spend) {
    const rows = ledger.tokens.filter((row) => row.arm === spend.arm)
    for (const kind of ['prompt_tokens', 'cached_tokens', 'completion_tokens'] as const) {
      const went = rows.reduce((total, row) => total + row[kind], 0)
      expect(`${spend.arm}: ${kind} by reason = ${kind} spent`, went, spend[kind])
    }
    const cost = rows.reduce((total, row) => total + (row.cost_usd ?? 0), 0)
    if (rows.length > 0 && Math.abs(cost - (spend.cost_usd ?? 0)) > 1e-9 * Math.max(1, cost))
      expect(`${spend.arm}: USD by reason = USD spent`, cost, spend.cost_usd ?? 0)
  }
  checkTotal(ledger, faults)
  const hasDataset = ledger.samples.every(
    (row) => row.stage !== 'written' || row.lost['pending'] === undefined,
  )
  if (pairs.pending > 0 || !hasDataset) return faults
  expect('pairs written = pairs', pairs.written, pairs.paired)
  for (const one of ledger.exports) checkExport(one, ledger, expect)
  return faults
}

/** Tokens of every row of the spend: arms, judges, probes, and what was bought for problems that have left. */
export function spentTokens({ spend }: Pick<Ledger, 'spend'>): number {
  return spend.reduce((sum, row) => sum + row.prompt_tokens + row.completion_tokens, 0)
}

/**
 * What the journals bought against what the parts were billed for. Journals of earlier versions keep no estimate where a
 * server left its usage out: by so many tokens the parts may exceed them.
 */
function checkTotal(ledger: Ledger, faults: string[]): void {
  const { tokens, cut_off, elsewhere } = ledger.total
  const bought = tokens - cut_off.tokens - elsewhere
  const spent = spentTokens(ledger)
  const estimated = ledger.spend.reduce((sum, row) => sum + row.estimated_tokens, 0)
  if (bought > spent || spent - bought > estimated)
    faults.push(`tokens bought in all = tokens of all arms: ${bought} is not ${spent}`)
}

/** An export by its own rule: it was given every sample that it reads, and a matched one gave one row for each pair. */
function checkExport(
  { name, reads, matched, groups, samples, rows, withdrawn = 0 }: WrittenExport,
  { pairs, samples: stages }: Ledger,
  expect: (what: string, left: number, right: number) => void,
): void {
  const countOf = (stage: LedgerStage): number =>
    stages.reduce((total, row) => total + (row.stage === stage ? row.out : 0), 0)
  const beyond = stages.reduce((total, { lost }) => total + (lost['beyond_selection'] ?? 0), 0)
  const readable = { selected: countOf('paired'), kept: countOf('kept') - beyond, all: countOf('planned') }
  expect(`${name}: samples read = samples ${reads}`, samples + withdrawn, readable[reads])
  if (reads === 'selected') expect(`${name}: problems read = pairs`, groups, pairs.paired)
  if (matched) expect(`${name}: rows = pairs`, rows, pairs.paired)
}
