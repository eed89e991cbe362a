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

/** The ledger of a start. */
export type RunLedger = {
  /** The ledger with these configurations of the dataset, for the last stage, after which nothing is added to it. */
  of: (written: Written) => Promise<Ledger>
  /**
   * Adds it up as the run stands now and stores it.
   *
   * @throws RunError when it does not add up: then something was lost without a reason, and the dataset must not be used
   */
  store: () => Promise<Ledger>
}

/** The card of a dataset and the end of the run have the same ledger, which is added up once for both. */
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
