import { addTally, sum } from '../../schemas/counts.ts'
import type { ArmSpend, Ledger, LedgerRow, LedgerStage } from '../../schemas/ledger.ts'
import type { UnfinishedReason } from '../../schemas/reasons.ts'

export type Tally = Record<string, number>

/** Adds `entering` samples to a stage, of which `lost` did not come out of it. */
export function pass(ledger: Ledger, stage: LedgerStage, arm: string, entering: number, lost: Tally): void {
  const row = rowOf(ledger, stage, arm)
  row.in += entering
  row.out += entering - sum(lost)
  addTally(row.lost, lost)
}

/** The line of a stage for an arm, which every ledger has. */
export function rowOf(ledger: Ledger, stage: LedgerStage, arm: string): LedgerRow {
  return ledger.samples.find((row) => row.stage === stage && row.arm === arm)!
}

/** Samples that the current recipe has not finished yet. */
export function stillToDo(samples: number): Tally {
  const reason: UnfinishedReason = 'pending'
  return { [reason]: samples }
}

/** Adds requests to what an arm has sent. */
export function addRequests(
  ledger: Ledger,
  name: string,
  arm: Pick<ArmSpend, 'requests' | 'retries' | 'unsettled'>,
): void {
  const spend = ledger.spend.find((entry) => entry.arm === name)!
  for (const figure of ['requests', 'retries', 'unsettled'] as const) spend[figure] += arm[figure]
}
