import { UsageError } from '../../schemas/errors.ts'
import type { RunRecord } from '../../schemas/run.ts'
import { buildLedger } from '../ledger/build-ledger.ts'
import { ledgerFaults } from '../ledger/check-ledger.ts'
import { formatLedger } from '../ledger/format-ledger.ts'
import { readRunRecord } from '../../store/run/run-folder.ts'
import type { RunContext } from '../recipe/run-context.ts'
import { writtenExports } from '../stages/written-exports.ts'
import type { CommandIo } from './io.ts'
import { loadContext } from './load-context.ts'

/** Prints the ledger of a run, as far as it has come under the recipe as it stands now. Changes nothing. */
export async function showStatus(
  recipePath: string,
  options: { run?: string },
  io: CommandIo,
): Promise<void> {
  const context = await loadContext(recipePath, options, io)
  const { plan } = await recordOf(context)
  if (!plan)
    throw new UsageError(`${context.runFolder} has no problems yet; run \`npm run distill -- ${recipePath}\``)
  const ledger = await buildLedger(context, plan, await writtenExports(context, plan))
  for (const fault of ledgerFaults(ledger)) io.reporter.warn(`the ledger does not add up: ${fault}`)
  io.reporter.result('ledger', ledger, formatLedger(ledger, context.recipe.budget))
}

/** @throws UsageError when there is no run of this recipe in the folder */
export async function recordOf({ runFolder, recipe }: RunContext): Promise<RunRecord> {
  const record = await readRunRecord(runFolder)
  if (!record)
    throw new UsageError(
      `there is no run in ${runFolder}; begin one with \`npm run distill -- RECIPE\`, or name another folder with --run`,
    )
  if (record.name !== recipe.name)
    throw new UsageError(
      `${runFolder} is a run of the recipe \`${record.name}\`, not of \`${recipe.name}\`; name another folder with --run`,
    )
  return record
}
