import { join } from 'node:path'
import { hashOf } from '../../../schemas/canonical.ts'
import { UsageError } from '../../../schemas/errors.ts'
import type { ShardPlan } from '../../../schemas/run.ts'
import { openProblemSource } from '../../../problems/problem-source.ts'
import type { ProblemSource } from '../../../problems/source-row.ts'
import { temporaryName } from '../../../store/files/atomic.ts'
import { remove } from '../../../store/files/entries.ts'
import { partState, removePartsFrom } from '../../../store/parts/part.ts'
import { hasBeenAsked } from '../../../store/run/has-been-asked.ts'
import { digestsPath } from '../../../store/run/paths.ts'
import { loadedFolder } from '../../../store/run/run-folder.ts'
import { otherTerms } from '../../../store/session/refusals.ts'
import { taskNames } from '../../../verifiers/all-verifiers.ts'
import type { SourceStage } from '../stage.ts'
import { buildPlan, type Fingerprints, type ProblemsOptions } from './build-plan.ts'
import { problemFilterVersions, statedProblemFilters } from './problem-settings.ts'

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
    return await buildPlan(options, source, fingerprintsOf(options, source), spoolFolder)
  } finally {
    await remove(spoolFolder)
  }
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
