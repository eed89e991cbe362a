import { settingsOf } from '../../../filters/apply.ts'
import { declaredReasons } from '../../../filters/checked.ts'
import type { FilterFiles, Sample, SampleDecision } from '../../../filters/filter.ts'
import { sampleSetFilters } from '../../../filters/registry.ts'
import type { SampleSetFilter, SetSample } from '../../../filters/set-filter.ts'
import type { ShardPlan } from '../../../schemas/run.ts'
import type { RunContext } from '../../recipe/run-context.ts'
import { hasText } from '../../stages/counts.ts'
import { sampleGroups } from '../../stages/read-samples.ts'
import { decideAgain } from './decide-again.ts'

type Decided = Sample & SampleDecision
type Section = Readonly<Record<string, unknown>>

/** One `filter` section: what it says by one problem, and the rules that have to see the whole set. */
type Side = {
  decide: ReturnType<typeof decideAgain>
  ofSet: { filter: SampleSetFilter; rules: ReturnType<SampleSetFilter['create']>; summary: unknown }[]
}

/**
 * Decides about every sample of a run under several `filter` sections, as the stages `filter` and `filter-set` do. Filters
 * of the whole set see every sample before, so where a section has one the samples are read twice. Memory holds the samples of
 * one problem and the summaries.
 *
 * @returns the samples of one problem after the other, under each of the sections
 */
export async function* decideRun(
  context: RunContext,
  { shards }: ShardPlan,
  sections: readonly Section[],
  files: FilterFiles,
): AsyncGenerator<Decided[][]> {
  const sides = sections.map((section): Side => ({
    decide: decideAgain(context, section, files),
    ofSet: settingsOf<SampleSetFilter>(sampleSetFilters, section).map(({ filter, options }) => {
      const rules = filter.create(options)
      return { filter, rules, summary: rules.empty() }
    }),
  }))
  const ofSet = sides.filter((side) => side.ofSet.length > 0)
  for (let shard = 0; shard < shards && ofSet.length > 0; shard++)
    for await (const { problem, samples } of sampleGroups(context, shard))
      for (const side of ofSet)
        for (const sample of side.decide(problem, samples).filter(({ trace }) => hasText(trace)))
          for (const { rules, summary } of side.ofSet) rules.add(summary, asSetSample(sample))
  const checks = sides.map((side) =>
    side.ofSet.map(({ filter, rules, summary }) => {
      const check = rules.decide(summary)
      return (sample: SetSample) => declaredReasons(filter, check(sample))
    }),
  )
  for (let shard = 0; shard < shards; shard++)
    for await (const { problem, samples } of sampleGroups(context, shard))
      yield sides.map(({ decide }, at) =>
        decide(problem, samples).map((sample) => withSet(sample, checks[at]!)),
      )
}

function withSet(
  sample: Decided,
  checks: readonly ((sample: SetSample) => SampleDecision['reasons'])[],
): Decided {
  if (checks.length === 0 || !hasText(sample.trace)) return sample
  const found = checks.flatMap((check) => check(asSetSample(sample)))
  return { ...sample, reasons: [...new Set([...sample.reasons, ...found])] }
}

function asSetSample({ problem, arm, trace, verdict, reasons, measures }: Decided): SetSample {
  const decision = { keep: reasons.length === 0, reasons: [...reasons], measures }
  return { problem, arm, trace, verdict, decision }
}
