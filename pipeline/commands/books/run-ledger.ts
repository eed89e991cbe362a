import { join } from 'node:path'
import { canonicalJson } from '../../../schemas/canonical.ts'
import { RunError } from '../../../schemas/errors.ts'
import type { Ledger } from '../../../schemas/ledger.ts'
import type { ShardPlan } from '../../../schemas/run.ts'
import type { WrittenExport } from '../../../schemas/written-export.ts'
import { replaceFile } from '../../../store/files/atomic.ts'
import { buildLedger } from '../../ledger/build-ledger.ts'
import { ledgerFaults } from '../../ledger/check-ledger.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { writtenExports } from '../../stages/written-exports.ts'

type Written = readonly WrittenExport[] | undefined

/** Builds the ledger of a run during one start. */
export type RunLedger = {
  /** The ledger with these configurations of the dataset. Only the last stage may ask for it, because it is kept. */
  of: (written: Written) => Promise<Ledger>
  /**
   * Adds up the ledger of the run in its present state and stores it.
   *
   * @throws RunError when it does not add up: then something was lost without a reason, and the dataset must not be used
   */
  store: () => Promise<Ledger>
}

/** The dataset card and the end of the run show the same ledger, so it is built once for both. */
export function openRunLedger(context: RunContext, plan: ShardPlan): RunLedger {
  let latest: { written: string; ledger: Ledger } | undefined
  async function of(written: Written): Promise<Ledger> {
    const key = canonicalJson({ written })
    if (latest?.written !== key) latest = { written: key, ledger: await buildLedger(context, plan, written) }
    return latest.ledger
  }
  return {
    of,
    async store() {
      const ledger = await of(await writtenExports(context, plan))
      await replaceFile(join(context.runFolder, 'ledger.json'), `${JSON.stringify(ledger, null, 2)}\n`)
      const faults = ledgerFaults(ledger)
      if (faults.length > 0)
        throw new RunError(
          `the ledger does not add up, so the dataset must not be used: ${faults.join('; ')}`,
        )
      return ledger
    },
  }
}
