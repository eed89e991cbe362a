import { buildLedger } from '../../ledger/build-ledger.ts'
import { ledgerFaults } from '../../ledger/check-ledger.ts'
import { formatLedger } from '../../ledger/format-ledger.ts'
import { writtenExports } from '../../stages/written-exports.ts'
import { terminalWidth } from '../../reporter/terminal-width.ts'
import type { CommandIo } from '../io.ts'
import { planOf, readRun } from '../books/read-run.ts'

export type StatusOptions = { run?: string; tokens: boolean }

/** Prints the ledger of a run, as far as it has come under the recipe as it stands now. Changes nothing. */
export async function showStatus(recipePath: string, options: StatusOptions, io: CommandIo): Promise<void> {
  const run = await readRun(recipePath, options, io)
  const { context } = run
  const plan = planOf(run, `run \`npm run distill -- ${recipePath}\``)
  const ledger = await buildLedger(context, plan, await writtenExports(context, plan))
  for (const fault of ledgerFaults(ledger)) io.reporter.warn(`the ledger does not add up: ${fault}`)
  io.reporter.result(
    'ledger',
    ledger,
    formatLedger(ledger, {
      budget: context.recipe.budget,
      width: terminalWidth(io),
      tokens: options.tokens,
    }),
  )
}
