import { RunError, UsageError } from '../../../schemas/errors.ts'
import type { ShardPlan } from '../../../schemas/run.ts'
import { emptyLedger } from '../../ledger/empty-ledger.ts'
import { loadWaves } from '../../stages/admit/load-waves.ts'
import { importedDigests } from '../../stages/generate/import/import-traces.ts'
import { loadReadingRules } from '../../stages/generate/probe/reading-rules.ts'
import type { SourceStage, Stage } from '../../stages/stage.ts'
import { openRun, type OpenBooks } from '../books/open-run.ts'
import { loadRejected } from '../../recipe/rejected-pairs.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { loadTokenizers, locateTokenizers, tryTokenizers } from '../../recipe/tokenizers.ts'
import { secretsOf } from '../../recipe/secrets-of.ts'
import { loadFilterFiles, locateFilterFiles } from '../../stages/filter/filter-files.ts'
import type { CommandIo } from '../io.ts'

export type StagesToPrepare = {
  all: readonly Stage[]
  chosen: readonly Stage[]
  strict: boolean
  /** Whether other processes may work on the run too. */
  shared?: boolean
}

/**
 * Opens the books of a run with everything in place that its stages need: keys, files, tokenizers, shards, imported traces.
 *
 * @throws UsageError for what the recipe names and is not there, before anything is written
 */
export async function withPreparedRun(
  context: RunContext,
  { all, chosen, strict, shared = false }: StagesToPrepare,
  io: CommandIo,
  work: (books: OpenBooks, plan: ShardPlan) => Promise<void>,
): Promise<void> {
  for (const stage of chosen) stage.require?.(context, io.environment)
  context.filterFiles = await locateFilterFiles(context, io.cwd)
  context.tokenizers = await locateTokenizers(context, io.cwd)
  tryTokenizers(context)
  await openRun(context, { io, unbegun: 'removed', shared }, async (books) => {
    // Only now is it known that the run folder can be one.
    await loadRejected(context)
    await loadFilterFiles(context, (folder) => books.hub(folder))
    await loadTokenizers(context, (folder) => books.hub(folder))
    const secrets = secretsOf(context.recipe, io.environment)
    await work(books, await prepareRun(books, { all, chosen }, { strict, secrets }))
  })
}

/** Does everything that comes before there is a worker: shards, imported traces, reading rules. */
async function prepareRun(
  books: OpenBooks,
  { all, chosen }: { all: readonly Stage[]; chosen: readonly Stage[] },
  options: Parameters<SourceStage['cut']>[1],
): Promise<ShardPlan> {
  const { context } = books
  const source = chosen.find((stage) => stage.scope === 'source')
  const plan = source ? await source.cut(books, options) : books.plan
  if (!plan)
    throw new RunError(
      `${context.runFolder} has no problems yet; run \`npm run problems -- RECIPE\` first, or all stages with \`npm run distill -- RECIPE\``,
    )
  books.plan = plan
  context.cuts = plan
  context.imports = await importedDigests(context)
  if (chosen.some(({ name }) => name === 'generate'))
    for (const stage of all)
      if (stage.scope === 'whole')
        await stage.rehearse?.(context, (written) => emptyLedger(context, plan, written))
  for (const stage of chosen) await stage.prepare?.(books, plan)
  await loadReadingRules(context)
  await loadWaves(context)
  if (
    context.chosen?.waves === 0 &&
    chosen.length < all.length &&
    chosen.some(({ name }) => name === 'generate')
  )
    throw new UsageError(
      'with `select` only `npm run distill -- RECIPE` chooses which problems are asked; `generate` goes on with what it chose',
    )
  await books.save()
  return plan
}

/** Up to so many samples, loading the code for a thread costs more than the thread brings, and memory need not be kept small. */
const fewSamples = 256

/** Whether threads would cost more than what there is to do. */
export function isSmall(
  { arms }: Pick<RunContext, 'arms'>,
  { problems }: Pick<ShardPlan, 'problems'>,
): boolean {
  return (
    problems * arms.reduce((samples, arm) => samples + (arm.adaptive?.max ?? arm.samples), 0) <= fewSamples
  )
}
