import { join } from 'node:path'
import { UsageError } from '../../../schemas/errors.ts'
import { tally } from '../../../schemas/counts.ts'
import type { ShardPlan } from '../../../schemas/run.ts'
import type { FilterFiles } from '../../../filters/filter.ts'
import type { SourceContext } from '../../../problems/problem-source.ts'
import type { ProblemSource, RejectedRow, SourceRow } from '../../../problems/source-row.ts'
import { openSpool } from '../../../store/files/spool.ts'
import { partState, readPart } from '../../../store/parts/part.ts'
import { countTokens } from '../../../teachers/cost/tokens.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import type { Reporter } from '../../reporter/reporter.ts'
import { readFilterFiles } from '../filter/filter-files.ts'
import { countChange, describeChange, type KnownProblems } from './change.ts'
import { remaining, writeShards, type Row } from './cut-shards.ts'
import { watchDecimalCommas } from './decimal-commas.ts'
import { filterProblems } from './filter-problems.ts'
import { openGoldPool } from './gold-pool.ts'
import { watchKeys } from './key-rows.ts'
import { problemSettings } from './problem-settings.ts'
import { openRejects } from './rejects.ts'
import { openSetFindings } from './set-findings.ts'

export type ProblemsOptions = {
  context: Pick<RunContext, 'filterFiles' | 'runFolder'>
  runFolder: string
  recipe: Recipe
  reporter: Reporter
  /** The plan that the run already has, `null` at the first start. */
  plan: ShardPlan | null
  /** Whether samples have been asked under that plan. */
  begun: boolean
  /** Whether other workers are at work on the shards of that plan. */
  joined: boolean
  /** A bad row ends the run instead of being counted. */
  strict: boolean
  /** The keys in use, by their variables. */
  secrets: Readonly<Record<string, string>>
  input: Omit<SourceContext, 'tasks'>
}

export type Fingerprints = Pick<ShardPlan, 'fingerprint' | 'golds'>

/**
 * Reads a problem set to its end and cuts what remains of it into shards.
 *
 * @param spoolFolder for what does not fit into memory; the caller removes it
 * @throws UsageError when no problem remains
 */
export async function buildPlan(
  { context, runFolder, recipe, reporter, strict, secrets, plan, begun }: ProblemsOptions,
  source: ProblemSource,
  { fingerprint, golds }: Fingerprints,
  spoolFolder: string,
): Promise<ShardPlan> {
  const rows = await openSpool<Row>(join(spoolFolder, 'rows'))
  const set = await openSetFindings(recipe.filter, join(spoolFolder, 'sets'))
  const rejects = await openRejects(
    join(spoolFolder, 'rejected.jsonl'),
    join(runFolder, 'problems', 'rejected.jsonl'),
    reporter,
    strict,
  )
  const lost: Record<string, number> = {}
  const reject = async (row: RejectedRow): Promise<void> => {
    tally(lost, row.reason)
    await rejects.add(row)
  }
  try {
    let read = 0
    let spooled = 0
    for await (const item of filtered(
      source,
      { recipe, reporter, secrets },
      await readFilterFiles(context),
    )) {
      read += 1
      if ('reason' in item) {
        await reject(item)
        continue
      }
      const { problem, position } = item
      await rows.add(problem.id, { ordinal: read, position, problem })
      await set.add(item, read)
      spooled += 1
    }
    if (spooled === 0)
      throw new UsageError(
        `no usable problem in ${source.label} (${read} rows read${read > 0 ? `, rejected: ${summary(lost)}` : ''}); check the file and \`problems.fields\``,
      )
    const shards = Math.ceil(spooled / recipe.problems.per_shard)
    const known = begun && plan ? await knownProblems(runFolder, plan, join(spoolFolder, 'known')) : undefined
    const change = { known: 0, new: 0, left: 0 }
    const kept = remaining(rows, await set.decide(), reject)
    const counted = known ? countChange(kept, known, change) : kept
    const problems = await writeShards(runFolder, shards, fingerprint, counted)
    await rejects.publish()
    for (const report of set.reports()) reporter.note(report)
    if (known) reporter.note(describeChange(change))
    const earlier = begun && plan ? cutsBefore(plan, shards) : undefined
    return {
      shards,
      per_shard: recipe.problems.per_shard,
      fingerprint,
      golds,
      read,
      lost,
      problems,
      ...(earlier && { earlier }),
    }
  } finally {
    await rejects.close()
  }
}

/** The verifiers' threads live as long as rows are read. */
async function* filtered(
  source: ProblemSource,
  { recipe, reporter, secrets }: Pick<ProblemsOptions, 'recipe' | 'reporter' | 'secrets'>,
  files: FilterFiles,
): AsyncGenerator<SourceRow | RejectedRow> {
  await using golds = openGoldPool(recipe, reporter)
  const means = {
    verifyGolds: golds.verifyGolds,
    countTokens: (text: string) => countTokens(text).tokens,
    files,
  }
  yield* filterProblems(
    watchDecimalCommas(watchKeys(source.rows(), { recipe, secrets }, reporter), recipe, reporter),
    problemSettings(recipe),
    means,
    reporter,
  )
}

/** The ids of the problems as they were cut before; parts that are no longer there hold none. */
async function knownProblems(
  runFolder: string,
  { shards }: ShardPlan,
  folder: string,
): Promise<KnownProblems> {
  const known = await openSpool<string>(folder)
  for (let shard = 0; shard < shards; shard++) {
    if (!(await partState(runFolder, 'problems', shard))) continue
    for await (const { id } of readPart(runFolder, 'problems', shard, ['id'])) await known.add(id, id)
  }
  return known
}

/** Numbers of shards under which something may have been asked, each once, the latest last. */
function cutsBefore({ shards, earlier = [] }: ShardPlan, now: number): number[] {
  return [...earlier.filter((each) => each !== shards), shards].filter((each) => each !== now)
}

function summary(lost: Record<string, number>): string {
  return Object.entries(lost)
    .map(([reason, count]) => `${count} ${reason}`)
    .join(', ')
}
