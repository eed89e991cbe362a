import { join } from 'node:path'
import { hashOf } from '../../../schemas/canonical.ts'
import { UsageError } from '../../../schemas/errors.ts'
import type { Problem } from '../../../schemas/problem.ts'
import type { ShardPlan } from '../../../schemas/run.ts'
import { openProblemSource, type SourceContext } from '../../../problems/problem-source.ts'
import type { ProblemSource, RejectedRow, SourceRow } from '../../../problems/source-row.ts'
import { taskNames } from '../../../verifiers/all-verifiers.ts'
import type { FilterFiles } from '../../../filters/filter.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import type { Reporter } from '../../reporter/reporter.ts'
import { hasBeenAsked } from '../../../store/run/has-been-asked.ts'
import { digestsPath } from '../../../store/run/paths.ts'
import { shardOf } from '../../../store/run/shard-cuts.ts'
import { loadedFolder } from '../../../store/run/run-folder.ts'
import { partState, readPart, removePartsFrom, writePart } from '../../../store/parts/part.ts'
import { countTokens } from '../../../teachers/cost/tokens.ts'
import { tally } from '../../../schemas/counts.ts'
import { countChange, describeChange, type KnownProblems } from './change.ts'
import { watchDecimalCommas } from './decimal-commas.ts'
import { otherTerms } from '../../../store/session/refusals.ts'
import { watchKeys } from './key-rows.ts'
import { readFilterFiles } from '../filter/filter-files.ts'
import { filterProblems } from './filter-problems.ts'
import { openGoldPool } from './gold-pool.ts'
import { problemFilterVersions, problemSettings, statedProblemFilters } from './problem-settings.ts'
import type { SourceStage } from '../stage.ts'
import { openRejects } from './rejects.ts'
import { temporaryName } from '../../../store/files/atomic.ts'
import { remove } from '../../../store/files/entries.ts'
import { openSetFindings, type SetFinding } from './set-findings.ts'
import { bucketCount, openSpool, type Spool } from '../../../store/files/spool.ts'

const version = 1

export const problemsStage: SourceStage = {
  name: 'problems',
  scope: 'source',
  reads: [],
  writes: 'problems',
  async cut({ context, reporter, plan, joined, ...books }, { strict, secrets }) {
    const { runFolder, recipe } = context
    const begun = await hasBeenAsked(runFolder)
    const input = {
      ...books,
      hub: books.hub(loadedFolder(runFolder)),
      listener: reporter,
      digests: digestsPath(runFolder),
    }
    const made = await prepareProblems({
      context,
      runFolder,
      recipe,
      reporter,
      plan,
      strict,
      secrets,
      begun,
      joined,
      input,
    })
    await removePartsFrom(runFolder, made.shards)
    return made
  },
}

type ProblemsOptions = {
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

type Row = { ordinal: number; position: string; problem: Problem }

/**
 * Reads the problem set, gives every problem its id, leaves out what the problem filters and the set filters of problems
 * speak against, and cuts the rest into shards by ranges of the id. When the set has changed since the last start it is cut
 * again: journals stay where they are, and what was paid for is found by what was asked.
 *
 * The plan is set down by the caller when all parts are there. A kill before that leaves parts of two cuts, which the next
 * start sees by their fingerprint and makes again.
 *
 * Two passes over a spool on disk, so that memory does not grow with the problem set.
 */
async function prepareProblems(options: ProblemsOptions): Promise<ShardPlan> {
  const source = await openProblemSource(options.recipe.problems, { ...options.input, tasks: taskNames })
  try {
    const onDisk = await planOnDisk(options, source)
    if (!onDisk && options.joined && options.plan)
      throw otherTerms(options.runFolder, [`problems (${source.label})`])
    const plan = onDisk ?? (await newPlan(options, source))
    await source.forget()
    return plan
  } finally {
    await source.close()
  }
}

type Fingerprints = Pick<ShardPlan, 'fingerprint' | 'golds'>

function fingerprintsOf(
  { recipe, context }: Pick<ProblemsOptions, 'recipe' | 'context'>,
  source: ProblemSource,
): Fingerprints {
  // A branch and the commit that it stood for give the same problems.
  const section = { ...recipe.problems, unverifiable_gold: undefined, revision: undefined }
  return {
    fingerprint: hashOf({
      version,
      section,
      content: source.contentDigest,
      filters: statedProblemFilters(recipe, context.filterFiles),
    }),
    // What is only said about a reference changes no problem; what is dropped for it depends on the verifiers.
    golds: hashOf(problemFilterVersions(recipe)),
  }
}

/**
 * The run's plan when its problems are those of the recipe and all there.
 *
 * @throws UsageError when they are lost and came from standard input
 */
async function planOnDisk(options: ProblemsOptions, source: ProblemSource): Promise<ShardPlan | undefined> {
  const { runFolder, plan } = options
  if (!plan) return undefined
  const { fingerprint, golds } = fingerprintsOf(options, source)
  const same = plan.fingerprint === fingerprint && (options.begun || plan.golds === golds)
  if (same && (await allPartsPresent(runFolder, plan))) {
    if (source.readOnce)
      options.reporter.note(
        'the problems of this run are on disk; standard input is not read again (to change them, save them to a file and name it in `problems.files`: what was answered is found by its content)',
      )
    return plan
  }
  if (options.begun && same && source.readOnce) throw lostInput(runFolder)
  return undefined
}

async function newPlan(options: ProblemsOptions, source: ProblemSource): Promise<ShardPlan> {
  const spoolFolder = temporaryName(join(options.runFolder, 'problems'))
  try {
    return await build(options, source, fingerprintsOf(options, source), spoolFolder)
  } finally {
    await remove(spoolFolder)
  }
}

async function build(
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

async function writeShards(
  runFolder: string,
  shards: number,
  fingerprint: string,
  sorted: AsyncGenerator<Problem>,
): Promise<number> {
  let written = 0
  let next = await sorted.next()
  async function* shardRows(shard: number): AsyncGenerator<Problem> {
    for (; !next.done && shardOf(next.value.id, shards) === shard; next = await sorted.next()) {
      written += 1
      yield next.value
    }
  }
  for (let shard = 0; shard < shards; shard++) {
    let rows = -written
    const counts = (): { problems: number } => ({ problems: rows + written })
    await writePart(runFolder, 'problems', shard, {
      rows: shardRows(shard),
      fingerprint,
      counts,
    })
    rows += written
  }
  return written
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

/** All problems in the order of their ids, each once: those that no set filter found anything against. */
async function* remaining(
  rows: Spool<Row>,
  findings: Spool<SetFinding>,
  reject: (row: RejectedRow) => Promise<void>,
): AsyncGenerator<Problem> {
  for (let index = 0; index < bucketCount; index++) {
    const found = new Map<number, SetFinding>()
    for await (const finding of findings.bucket(index)) found.set(finding.ordinal, finding)
    const bucket = await Array.fromAsync(rows.bucket(index))
    for (const { ordinal, position, problem } of bucket.sort(byIdThenOrdinal)) {
      const finding = found.get(ordinal)
      if (finding === undefined) yield problem
      else {
        const { reason, message, facts } = finding
        await reject({ position, reason, message, problem: problem.id, ...(facts && { facts }) })
      }
    }
  }
}

function byIdThenOrdinal(a: Row, b: Row): number {
  return a.problem.id < b.problem.id ? -1 : a.problem.id > b.problem.id ? 1 : a.ordinal - b.ordinal
}

async function allPartsPresent(runFolder: string, plan: ShardPlan): Promise<boolean> {
  for (let shard = 0; shard < plan.shards; shard++) {
    if ((await partState(runFolder, 'problems', shard))?.fingerprint !== plan.fingerprint) return false
  }
  return true
}

function lostInput(runFolder: string): UsageError {
  return new UsageError(
    `parts of the problems in ${runFolder} are missing or damaged, samples have been paid for, and standard input cannot be read a second time; restore ${join(runFolder, 'problems')}, or give the problems as a file in a new run`,
  )
}

function summary(lost: Record<string, number>): string {
  return Object.entries(lost)
    .map(([reason, count]) => `${count} ${reason}`)
    .join(', ')
}
