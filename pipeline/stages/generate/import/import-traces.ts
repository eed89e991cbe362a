import { join } from 'node:path'
import { z } from 'zod'
import { replaceFile, temporaryName } from '../../../../store/files/atomic.ts'
import { exists, readText, remove } from '../../../../store/files/entries.ts'
import { importedKey, type Arm } from '../../../../schemas/arm.ts'
import { hashOf } from '../../../../schemas/canonical.ts'
import { RunError, TwinstillError } from '../../../../schemas/errors.ts'
import type { WrittenOutcome } from '../../../../schemas/journal.ts'
import type { Problem } from '../../../../schemas/problem.ts'
import type { ShardPlan } from '../../../../schemas/run.ts'
import { firstWarnings } from '../../../reporter/first-warnings.ts'
import type { Reporter } from '../../../reporter/reporter.ts'
import { removeHubCache } from '../../../../hub/read/cache.ts'
import { otherTerms } from '../../../../store/session/refusals.ts'
import { readPart } from '../../../../store/parts/part.ts'
import { publishJournal } from '../../../../store/journal/publish-journal.ts'
import { importAttempt, journalFolder } from '../../../../store/run/paths.ts'
import type { RunContext } from '../../../recipe/run-context.ts'
import { bucketCount, type Spool } from '../../../../store/files/spool.ts'
import { type ImportContext, openImportSource } from './import-source.ts'
import { matchTraces, type MatchCounts, type MatchedTrace } from './match-traces.ts'

const version = 2

const count = z.int().nonnegative()

/** `imports/<arm>.json`: what an arm's traces were taken from. */
const ImportRecord = z.strictObject({
  digest: z.string(),
  /** Of everything but the content that the digest hangs on. */
  settings: z.string(),
  source: z.string(),
  rows: count,
  traces: count,
  matched: count,
  lost: z.record(z.string(), count),
  /** Traces of matched problems over the arm's `samples`. */
  not_needed: count,
  /** Problems times samples that the source has no trace for. */
  missing: count,
})
type ImportRecord = z.infer<typeof ImportRecord>

/** What has been imported into a run folder so far, by arm. */
export async function importedDigests({
  runFolder,
  arms,
}: Pick<RunContext, 'runFolder' | 'arms'>): Promise<Record<string, string>> {
  const digests: Record<string, string> = {}
  for (const arm of arms.filter((each) => each.import !== null)) {
    const record = await readRecord(runFolder, arm.name)
    if (record) digests[arm.name] = record.digest
  }
  return digests
}

/** @property joined whether other workers have begun with what was imported before */
type ImportIo = { reporter: Reporter; now: () => number; joined: boolean }

/**
 * Writes the traces of every imported arm into the journal, where they stand like answers that were asked for. What is
 * there already is not read again as long as neither the files, the options nor the problems change.
 *
 * @returns the digests that name what was imported, by arm
 * @throws UsageError when a file is missing or none of its traces answers a problem of the run
 */
export async function importTraces(
  context: RunContext,
  plan: ShardPlan,
  io: ImportContext & ImportIo,
): Promise<Record<string, string>> {
  const digests: Record<string, string> = {}
  for (const arm of context.arms.filter((each) => each.import !== null))
    digests[arm.name] = await importArm(context, plan, arm, io)
  return digests
}

async function importArm(
  { runFolder, recipe }: RunContext,
  plan: ShardPlan,
  arm: Arm,
  { reporter, now, joined, ...input }: ImportContext & ImportIo,
): Promise<string> {
  const section = arm.import!
  const known = await readRecord(runFolder, arm.name)
  const whole = known !== undefined && (await journalsPresent({ runFolder, plan, arm, digest: known.digest }))
  const { instructions } = recipe
  const settings = hashOf({
    version,
    section,
    problems: plan.fingerprint,
    samples: arm.samples,
    instructions,
  })
  let source
  try {
    source = await openImportSource(arm.name, section, input)
  } catch (error) {
    if (!whole || known.settings !== settings || !(error instanceof TwinstillError)) throw error
    reporter.warn(`${error.message}; going on with the traces that were imported before`)
    return known.digest
  }
  const digest = hashOf({ content: source.contentDigest, settings })
  if (whole && known.digest === digest) {
    await source.close()
    return digest
  }
  if (known && joined) {
    await source.close()
    throw otherTerms(runFolder, [`traces of the arm ${arm.name} (${source.label})`])
  }
  const folder = temporaryName(join(runFolder, 'imports'))
  const warnings = firstWarnings(reporter)
  try {
    const { matched, counts } = await matchTraces({
      section,
      source,
      instructions,
      folder,
      problems: () => allProblems(runFolder, plan),
      onBadRow: (position, message) => warnings.warn(`${position}: ${message}`),
    })
    if (counts.matched === 0) throw nothingMatched(arm.name, source.label, counts)
    const rest = await writeJournals({ runFolder, plan, arm, digest, matched, at: now() })
    const record: ImportRecord = { digest, settings, source: source.label, ...counts, ...rest }
    // Last: a kill before it makes the next start import again.
    await replaceFile(recordPath(runFolder, arm.name), `${JSON.stringify(record, null, 2)}\n`)
    reporter.note(describe(arm.name, record))
    if (section.hub) await removeHubCache(input.hub.folder)
    return digest
  } finally {
    await source.close()
    await remove(folder)
  }
}

type JournalJob = {
  runFolder: string
  plan: ShardPlan
  arm: Arm
  digest: string
  matched: Spool<MatchedTrace>
  at: number
}

/** One journal file for each shard, with a line for every sample that the recipe wants of the arm. */
async function writeJournals(job: JournalJob): Promise<{ not_needed: number; missing: number }> {
  const { runFolder, plan, arm, digest } = job
  const totals = { not_needed: 0, missing: 0 }
  await using groups = tracesByProblem(job.matched)
  let group = await groups.next()
  for (let shard = 0; shard < plan.shards; shard++) {
    await publishJournal(journalPath({ runFolder, arm, digest }, shard), linesOf(shard))
  }
  return totals

  async function* linesOf(shard: number): AsyncGenerator<WrittenOutcome> {
    for await (const { id } of readPart(runFolder, 'problems', shard, ['id'])) {
      let traces: MatchedTrace[] = []
      if (!group.done && group.value[0]!.problem === id) {
        traces = group.value
        group = await groups.next()
      }
      totals.not_needed += Math.max(0, traces.length - arm.samples)
      totals.missing += Math.max(0, arm.samples - traces.length)
      for (let index = 0; index < arm.samples; index++) yield lineOf(job, id, index, traces[index])
    }
  }
}

/** The traces of each problem, by the problem's id as the shards are, in the order of the source. */
async function* tracesByProblem(matched: Spool<MatchedTrace>): AsyncGenerator<MatchedTrace[]> {
  for (let bucket = 0; bucket < bucketCount; bucket++) {
    const traces: MatchedTrace[] = []
    for await (const trace of matched.bucket(bucket)) traces.push(trace)
    const groups = Map.groupBy(
      traces.toSorted((a, b) => a.ordinal - b.ordinal),
      (trace) => trace.problem,
    )
    for (const problem of [...groups.keys()].sort()) yield groups.get(problem)!
  }
}

function lineOf(
  { arm, digest, at }: JournalJob,
  problem: string,
  index: number,
  trace: MatchedTrace | undefined,
): WrittenOutcome {
  const sample = {
    key: importedKey(digest, arm.name, problem, index),
    problem_id: problem,
    arm: arm.name,
    sample_index: index,
    at,
    attempts: [],
  }
  if (trace) {
    const prompt_hash = trace.prompt === '' ? '' : hashOf([{ role: 'user' as const, content: trace.prompt }])
    return {
      type: 'answered',
      ...sample,
      imported: { position: trace.position, prompt_hash },
      body: trace.body,
    }
  }
  return {
    type: 'failed',
    ...sample,
    imported: { position: '', prompt_hash: '' },
    code: 'not_imported',
    message: 'the imported traces have none for this problem and index',
    retryable: false,
  }
}

async function* allProblems(runFolder: string, { shards }: ShardPlan): AsyncGenerator<Problem> {
  for (let shard = 0; shard < shards; shard++) yield* readPart(runFolder, 'problems', shard)
}

function describe(arm: string, record: ImportRecord): string {
  const lost = Object.entries(record.lost).map(([reason, number]) => `${number} ${reason}`)
  const parts = [
    `${record.matched - record.not_needed} of ${record.traces} traces of ${record.source} answer problems of this run`,
    record.not_needed > 0 ? `${record.not_needed} over the arm's samples` : '',
    lost.length > 0 ? `not used: ${lost.join(', ')}` : '',
    record.missing > 0 ? `${record.missing} samples have none` : '',
  ]
  return `arm ${arm}: ${parts.filter((part) => part !== '').join('; ')}`
}

function nothingMatched(arm: string, source: string, counts: MatchCounts): RunError {
  const why = Object.entries(counts.lost)
    .map(([reason, number]) => `${number} ${reason}`)
    .join(', ')
  return new RunError(
    `arms.${arm}.import: none of the ${counts.traces} traces of ${source} answers a problem of this run (${why}); state match, id, prompt or field in arms.${arm}.import`,
  )
}

function journalPath(
  { runFolder, arm, digest }: Pick<JournalJob, 'runFolder' | 'arm' | 'digest'>,
  shard: number,
): string {
  return join(
    journalFolder(runFolder, shard),
    `${importAttempt}${arm.name}-${digest.slice(0, 12)}`,
    '0001.jsonl',
  )
}

async function journalsPresent(job: Omit<JournalJob, 'matched' | 'at'>): Promise<boolean> {
  for (let shard = 0; shard < job.plan.shards; shard++)
    if (!(await exists(journalPath(job, shard)))) return false
  return true
}

function recordPath(runFolder: string, arm: string): string {
  return join(runFolder, 'imports', `${arm}.json`)
}

async function readRecord(runFolder: string, arm: string): Promise<ImportRecord | undefined> {
  try {
    const text = await readText(recordPath(runFolder, arm))
    return text === undefined ? undefined : ImportRecord.parse(JSON.parse(text))
  } catch (error) {
    // A record that cannot be read is made again from the files, which costs nothing.
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined
    throw error
  }
}
