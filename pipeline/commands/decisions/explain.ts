import { join } from 'node:path'
import { settingsOf } from '../../../filters/apply.ts'
import type { Sample, SampleDecision } from '../../../filters/filter.ts'
import { groupFilters, sampleFilters, sampleSetFilters } from '../../../filters/registry.ts'
import type { Arm } from '../../../schemas/arm.ts'
import { UsageError } from '../../../schemas/errors.ts'
import { isObject } from '../../../schemas/is-object.ts'
import { exists } from '../../../store/files/entries.ts'
import { readLines } from '../../../store/files/lines.ts'
import { joinParts } from '../../../store/parts/join.ts'
import { partState, readPart } from '../../../store/parts/part.ts'
import { terminalWidth } from '../../reporter/terminal-width.ts'
import { wrap } from '../../reporter/side-by-side.ts'
import { planOf, readRun } from '../books/read-run.ts'
import type { CommandIo } from '../io.ts'
import { readFilterFiles } from '../../stages/filter/filter-files.ts'
import { sampleGroups } from '../../stages/read-samples.ts'
import { decideAgain } from './decide-again.ts'

/**
 * Tells every decision about a problem, with all its samples, or about one sample: each filter with its options, what it
 * measured and what it said. The samples are decided about again, and a stored decision that differs is said.
 *
 * @param id the beginning of the id of a problem or of the key of a sample
 * @throws UsageError when nothing of the run has such an id
 */
export async function explainDecisions(
  recipePath: string,
  { run, id }: { run?: string; id: string },
  io: CommandIo,
): Promise<void> {
  if (id === '') throw new UsageError('--explain wants the beginning of the id of a problem or of a sample')
  const read = await readRun(recipePath, { ...(run !== undefined && { run }) }, io)
  const { context } = read
  const plan = planOf(read, `run \`npm run distill -- ${recipePath}\` first`)
  const rejected = await rejectedRows(context.runFolder, id)
  const decide = decideAgain(context, context.recipe.filter, await readFilterFiles(context))
  const active = settingsOf([...sampleFilters, ...groupFilters], context.recipe.filter)
  const ofSet = settingsOf(sampleSetFilters, context.recipe.filter)
  const found: unknown[] = [...rejected]
  const lines = rejected.map(
    ({ problem, position, reason, message, facts }) =>
      `problem ${problem} (${position}): left out, ${reason}: ${message}${facts ? `\n  ${JSON.stringify(facts)}` : ''}`,
  )
  for (let shard = 0; shard < plan.shards; shard++) {
    let stored: StoredReasons | undefined
    let later: StoredReasons = new Map()
    for await (const { problem, samples } of sampleGroups(context, shard)) {
      const own = decide(problem, samples).filter(
        ({ trace }) => problem.id.startsWith(id) || trace.key.startsWith(id),
      )
      if (own.length === 0) continue
      if (stored === undefined) {
        stored = await storedReasons(context.runFolder, shard)
        if (ofSet.length > 0) later = await laterReasons(context.runFolder, shard)
      }
      for (const sample of own) {
        const { key } = sample.trace
        const explained = explain(sample, { active, ofSet }, stored.get(key), later.get(key) ?? [])
        found.push(explained)
        lines.push(format(explained))
      }
    }
  }
  if (found.length === 0)
    throw new UsageError(`no problem and no sample of ${context.runFolder} has an id that begins with ${id}`)
  io.reporter.result('explained', found, wrap(lines.join('\n\n'), terminalWidth(io)).join('\n'))
}

type Row = { problem?: string; position: string; reason: string; message: string; facts?: object }

async function rejectedRows(runFolder: string, id: string): Promise<Row[]> {
  const path = join(runFolder, 'problems', 'rejected.jsonl')
  const rows: Row[] = []
  if (!(await exists(path))) return rows
  for await (const line of readLines(path)) {
    // A list of a million rows is mostly about others.
    if (!line.includes(id)) continue
    const row = JSON.parse(line) as Row
    if (row.problem?.startsWith(id)) rows.push(row)
  }
  return rows
}

type StoredReasons = ReadonlyMap<string, readonly string[]>

async function storedReasons(runFolder: string, shard: number): Promise<StoredReasons> {
  const stored = new Map<string, readonly string[]>()
  for await (const { samples } of joinParts(runFolder, shard, {
    problems: ['id'],
    traces: ['key'],
    decisions: ['key', 'reasons'],
  }))
    for (const { decision } of samples) stored.set(decision.key, decision.reasons)
  return stored
}

/** What the filters of the whole set said, as it is stored; nothing while their stage has not run. */
async function laterReasons(runFolder: string, shard: number): Promise<StoredReasons> {
  const stored = new Map<string, readonly string[]>()
  if ((await partState(runFolder, 'set-decisions', shard)) === undefined) return stored
  for await (const { key, reasons } of readPart(runFolder, 'set-decisions', shard, ['key', 'reasons']))
    stored.set(
      key,
      reasons.filter((reason) => sampleSetFilters.some(({ reasons: own }) => Object.hasOwn(own, reason))),
    )
  return stored
}

type Explained = {
  problem: string
  key: string
  arm: string
  mode: Arm['mode']
  sample: number
  reasons: readonly string[]
  /** `undefined` where the sample has no stored decision. */
  stored: readonly string[] | undefined
  /** Reasons of filters of the whole set, which are stored and not found out again. */
  of_set: readonly string[]
  values: Record<string, unknown>
  filters: { name: string; options: unknown; reasons: string[]; measures: Record<string, number | null> }[]
}

function explain(
  { problem, arm, trace, verdict, reasons, measures }: Sample & SampleDecision,
  { active, ofSet }: Record<'active' | 'ofSet', ReturnType<typeof settingsOf>>,
  stored: readonly string[] | undefined,
  later: readonly string[],
): Explained {
  const all = [...reasons, ...later]
  return {
    problem: problem.id,
    key: trace.key,
    arm: trace.arm,
    mode: arm.mode,
    sample: trace.sample_index,
    reasons,
    stored,
    of_set: later,
    values: {
      finish_state: trace.finish_state,
      verdict: verdict.verdict,
      extracted: verdict.extracted,
      reasoning_tokens: trace.reasoning_tokens,
      answer_tokens: trace.answer_tokens,
      total_tokens: trace.reasoning_tokens + trace.answer_tokens,
      tokenizer: trace.tokenizer,
    },
    filters: [...active, ...ofSet].map(({ filter, options }) => ({
      name: filter.name,
      options,
      reasons: all.filter((reason) => Object.hasOwn(filter.reasons, reason)),
      measures: Object.fromEntries((filter.measures ?? []).map(({ name }) => [name, measures[name] ?? null])),
    })),
  }
}

function format(explained: Explained): string {
  const { problem, key, arm, mode, sample, reasons, stored, of_set, values, filters } = explained
  const all = [...reasons, ...of_set]
  const outcome = all.length === 0 ? 'kept' : `dropped: ${all.join(', ')}`
  const agrees = stored === undefined || stored.join() === reasons.join()
  return [
    `problem ${problem}, ${arm}, sample ${sample} (${key}): ${outcome}`,
    ...(agrees
      ? []
      : [`  the stored decision says ${stored.join(', ') || 'kept'}; run the stage \`filter\` again`]),
    `  ${Object.entries(values)
      .map(([name, value]) => `${name} ${String(value)}`)
      .join(', ')}`,
    ...filters.map(({ name, options, reasons: found, measures }) => {
      const measured = Object.entries(measures).map(
        ([measure, value]) =>
          `${measure} ${value === null ? 'not measurable' : Math.round(value * 1e4) / 1e4}`,
      )
      const said = found.length === 0 ? 'lets it pass' : found.join(', ')
      const stated = optionTexts(options, mode)
      return `  ${name}: ${said}${measured.length === 0 ? '' : ` [${measured.join(', ')}]`}${stated.length === 0 ? '' : ` (${stated.join(', ')})`}`
    }),
  ].join('\n')
}

/** Options by their paths, as `--set` names them; without the bounds of the other mode, which say nothing of the sample. */
function optionTexts(options: unknown, mode: Arm['mode'], path = ''): string[] {
  if (Array.isArray(options))
    return [`${path} ${options.length === 0 ? 'none' : options.map((each) => plain(each)).join(' ')}`]
  if (!isObject(options)) return [`${path} ${plain(options)}`]
  const other = mode === 'thinking' ? 'non_thinking' : 'thinking'
  return Object.entries(options)
    .filter(([name]) => path !== '' || name !== other)
    .flatMap(([name, value]) => optionTexts(value, mode, path === '' ? name : `${path}.${name}`))
}

function plain(value: unknown): string {
  if (typeof value === 'string') return value
  return value === null || value === undefined ? 'none' : JSON.stringify(value)
}
