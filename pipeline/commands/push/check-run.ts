import { join } from 'node:path'
import { checkManifest } from '../../../output/dataset/check-manifest.ts'
import { RunError } from '../../../schemas/errors.ts'
import type { ShardPlan } from '../../../schemas/run.ts'
import { buildLedger } from '../../ledger/build-ledger.ts'
import { ledgerFaults } from '../../ledger/check-ledger.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { inputKinds } from '../../stages/input-kinds.ts'
import { loadStages } from '../../stages/registry.ts'
import { emptyMixes } from '../../stages/write/empty-mixes.ts'
import { writeStage } from '../../stages/write/write.ts'
import { writtenExports } from '../../stages/written-exports.ts'

/**
 * Makes sure that a run is complete under the current recipe, that its ledger adds up, and that the
 * dataset folder holds exactly what was written. Every byte of the dataset is read.
 *
 * @param again the command that brings the run to its end
 * @throws RunError that says what is missing and what to do
 */
export async function checkRun(context: RunContext, plan: ShardPlan, again: string): Promise<void> {
  const folder = join(context.runFolder, 'dataset')
  const written = await writtenExports(context, plan)
  const ledger = await buildLedger(context, plan, written)
  if (ledger.pairs.pending > 0)
    throw new RunError(
      `${ledger.pairs.pending} of ${ledger.pairs.problems} problems are not through yet under the recipe as it stands now; finish the run with \`${again}\`, then push`,
    )
  if (written === undefined)
    throw new RunError(
      `${folder} is not there, damaged or older than the recipe; write it with \`${again}\`, then push`,
    )
  const faults = ledgerFaults(ledger)
  if (faults.length > 0)
    throw new RunError(
      `the ledger does not add up, so the dataset must not be published (${faults.join('; ')}); delete \`pairs\` and \`dataset\` in ${context.runFolder} and run \`${again}\``,
    )
  if (ledger.pairs.paired === 0)
    throw new RunError(`the dataset has no rows; \`npm run status\` tells where they were lost`)
  const reads = inputKinds(await loadStages(), writeStage, context)
  const [empty] = await emptyMixes(context, plan.shards, written, reads)
  if (empty !== undefined) throw new RunError(empty)
  const differences = await checkManifest(folder)
  if (differences.length > 0)
    throw new RunError(
      `the dataset is not what its manifest says (${differences[0]}${differences.length > 1 ? `, and ${differences.length - 1} more` : ''}); delete ${folder} and run \`${again}\``,
    )
}
