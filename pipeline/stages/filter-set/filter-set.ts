import { fingerprintOf, settingsOf } from '../../../filters/apply.ts'
import { declaredReasons } from '../../../filters/checked.ts'
import { decisionRow } from '../../../filters/measures.ts'
import { groupFilters, sampleFilters, sampleSetFilters } from '../../../filters/registry.ts'
import type { SampleSetFilter, SetSample } from '../../../filters/set-filter.ts'
import { hashOf } from '../../../schemas/canonical.ts'
import type { DecisionsCounts } from '../../../schemas/counts.ts'
import type { Decision } from '../../../schemas/decision.ts'
import type { FilterReason } from '../../../schemas/reasons.ts'
import type { Trace } from '../../../schemas/trace.ts'
import { joinParts } from '../../../store/parts/join.ts'
import { partState, writePart } from '../../../store/parts/part.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { hasText } from '../counts.ts'
import { countDecision, emptyDecisionsCounts } from '../filter/count-decisions.ts'
import { readStored, storedPath } from '../set-files.ts'
import type { SetStage, ShardJob } from '../stage.ts'

const version = 1

/** One summary for each active filter, in the order of the registry. */
type Summaries = unknown[]

/**
 * Decides about every sample a second time, once the samples of all shards have been decided about one by one: now with
 * what is true of the whole set. The new decisions are the old ones with the reasons of the set filters appended, and
 * every later stage reads them instead. A run whose recipe uses no set filter does not have this stage.
 */
export const filterSetStage: SetStage<Summaries, Summaries> = {
  name: 'filter-set',
  scope: 'set',
  reads: ['traces', 'verdicts', 'decisions', 'problems'],
  writes: 'set-decisions',
  replaces: 'decisions',
  active: ({ recipe }) => settingsOf(sampleSetFilters, recipe.filter).length > 0,
  fingerprint({ recipe, filterFiles }, digests) {
    const settings = settingsOf<SampleSetFilter>(sampleSetFilters, recipe.filter)
    return hashOf({
      version,
      filters: fingerprintOf(settings, filterFiles),
      // The last digest is that of the problems.
      digests: settings.some(({ filter }) => filter.readsProblems) ? digests : digests.slice(0, -1),
    })
  },
  async summarise(job) {
    const active = activeFilters(job.context)
    const summaries = active.map(({ rules }) => rules.empty())
    for await (const { sample, withText } of samplesOf(job))
      if (withText) for (const [index, { rules }] of active.entries()) rules.add(summaries[index], sample)
    return summaries
  },
  async merge(context, summaries) {
    const active = activeFilters(context)
    const merged = active.map(({ rules }) => rules.empty())
    for await (const each of summaries)
      for (const [index, { rules }] of active.entries()) rules.merge(merged[index], each[index])
    return merged
  },
  async writePart(job, merged) {
    const { context, shard, fingerprint } = job
    const counts = emptyDecisionsCounts(context.arms)
    await writePart(context.runFolder, 'set-decisions', shard, {
      lease: job.lease,
      row: decisionRow([...sampleFilters, ...groupFilters]),
      rows: decisions(job, merged, counts),
      fingerprint,
      counts: () => counts,
    })
  },
  async conclude(context, _plan, reporter) {
    const active = activeFilters(context)
    const made = active.length === 0 ? undefined : await partState(context.runFolder, 'set-decisions', 0)
    if (made === undefined) return
    const merged = await readStored(storedPath(context.runFolder, 'filter-set', 'merged'), made.fingerprint)
    if (merged === undefined) return
    for (const [index, { filter, rules }] of active.entries())
      for (const text of rules.unknown?.((merged.value as Summaries)[index]) ?? [])
        reporter.warn(`filter.${filter.name}: ${text}`)
  },
}

type Active = { filter: SampleSetFilter; rules: ReturnType<SampleSetFilter['create']> }

function activeFilters({ recipe }: RunContext): Active[] {
  return settingsOf<SampleSetFilter>(sampleSetFilters, recipe.filter).map(({ filter, options }) => ({
    filter,
    rules: filter.create(options),
  }))
}

async function* decisions(
  job: ShardJob,
  merged: Summaries,
  counts: DecisionsCounts,
): AsyncGenerator<Decision> {
  const checks = activeFilters(job.context).map(({ filter, rules }, index) => {
    const decide = rules.decide(merged[index])
    return (sample: SetSample) => declaredReasons(filter, decide(sample))
  })
  for await (const { sample, withText, trace, decision } of samplesOf(job)) {
    const found = withText ? checks.flatMap((check) => check(sample)) : []
    // Of a sample with text the stored reasons are those of filters: the part is one that this version has made.
    const reasons = [...new Set([...(decision.reasons as FilterReason[]), ...found])]
    if (withText) countDecision(counts, trace, reasons[0])
    yield { ...decision, keep: reasons.length === 0, reasons }
  }
}

/** Texts are not read: a set filter looks at numbers and states. */
const wanted = {
  problems: ['id', 'domain', 'source', 'task', 'difficulty'],
  traces: [
    'key',
    'arm',
    'sample_index',
    'finish_state',
    'error',
    'reasoning_tokens',
    'answer_tokens',
    'usage',
    'billed',
  ],
  verdicts: ['verdict'],
  decisions: 'all',
} as const

type ReadSample = {
  sample: SetSample
  withText: boolean
  trace: Pick<Trace, 'arm' | 'usage' | 'billed'>
  decision: Decision
}

async function* samplesOf({ context, shard, reads }: ShardJob): AsyncGenerator<ReadSample> {
  for await (const { problem, samples } of joinParts(context.runFolder, shard, wanted, reads))
    for (const { trace, verdict, decision } of samples) {
      const arm = context.arms.find(({ name }) => name === trace.arm)!
      yield { sample: { problem, arm, trace, verdict, decision }, withText: hasText(trace), trace, decision }
    }
}
