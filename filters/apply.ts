import type { FilterReason } from '../schemas/reasons.ts'
import { declaredMeasures, declaredReasons } from './checked.ts'
import type {
  Declared,
  FilterFiles,
  Group,
  GroupFilter,
  Measured,
  Sample,
  SampleDecision,
  SampleFilter,
} from './filter.ts'
import { groupFilters, sampleFilters } from './registry.ts'
import { memoryNames, remembering, type SampleMemory } from './sample-memory.ts'

type Section = Readonly<Record<string, unknown>>

/** A filter of the registry with its options, as the recipe has it. */
export type Setting<Filter extends Declared> = { filter: Filter; options: unknown }

/**
 * The filters that a recipe's `filter` section switches on, in the order of the registry. The section names filters, each
 * with its options (parsed by the filter's own schema), `true` for the defaults or `false` to leave it out; one that is
 * not named runs when it is on by default.
 */
export function settingsOf<Filter extends Declared>(
  filters: readonly Filter[],
  section: Section,
): Setting<Filter>[] {
  return filters.flatMap((filter) => {
    const stated = filter.setBy === null ? true : (section[filter.name] ?? filter.defaultOn)
    if (stated === false) return []
    return [{ filter, options: stated === true ? filter.options.parse({}) : stated }]
  })
}

/** The files that the options of filters name, each once. */
export function filesOf(settings: readonly Setting<Declared>[]): string[] {
  return [...new Set(settings.flatMap(({ filter, options }) => filter.files?.(options) ?? []))]
}

/**
 * What stored decisions depend on besides their inputs: name, version and options of every filter that runs, and the
 * digests of the files that it reads.
 */
export function fingerprintOf(
  settings: readonly Setting<Declared>[],
  digests: Readonly<Record<string, { digest: string }>>,
): unknown {
  return settings.map(({ filter, options }) => [
    filter.name,
    filter.version,
    options,
    ...(filter.files?.(options) ?? []).map((name) => digests[name]?.digest),
  ])
}

/** For recipes whose filters read no file. */
export const noFiles: FilterFiles = (name) => {
  throw new Error(`the file ${name} was not read`)
}

/**
 * Finds out everything about one sample.
 *
 * @param at its place among the samples of the shard, by which a memory knows it
 */
export type SampleJudge = (sample: Sample, at?: number) => SampleDecision

/**
 * Combines the sample filters of a recipe: the result has every reason to drop a sample once, in the order of the
 * registry, and every measure.
 *
 * @param without filters that are left out, such as `correctness` for an arm whose answers need not be right
 * @param files those that the options name
 * @param memory of the shard, where one is kept
 */
export function judgeSamples(
  section: Section,
  without: readonly string[] = [],
  files: FilterFiles = noFiles,
  memory?: SampleMemory,
): SampleJudge {
  const active = settingsOf<SampleFilter>(sampleFilters, section)
    .filter(({ filter }) => !without.includes(filter.name))
    .map((setting) => {
      const { filter, options } = setting
      const names = memoryNames(setting, memory?.digests ?? {})
      return {
        filter,
        check: filter.create?.(options, files),
        measured: remembering<Measured>(memory, names.measures),
        reasoned: remembering<readonly FilterReason[]>(memory, names.reasons),
      }
    })
  return (sample, at = 0) => {
    const measures: Record<string, number | null> = {}
    const reasons = active.flatMap(({ filter, check, measured, reasoned }) => {
      const values = filter.measure ? measured(at, () => measuresOf(filter, sample)) : {}
      Object.assign(measures, values)
      return check ? reasoned(at, () => declaredReasons(filter, check(sample, values))) : []
    })
    return { reasons: [...new Set(reasons)], measures }
  }
}

function measuresOf(filter: SampleFilter, sample: Sample): Measured {
  return declaredMeasures(filter, filter.measure!(sample))
}

/** Whether the filters of a recipe have to look at texts beyond what a memory knows. */
export function needTexts(section: Section, { known, digests }: SampleMemory): boolean {
  const ofSamples = settingsOf<SampleFilter>(sampleFilters, section).some((setting) => {
    const { filter } = setting
    const names = memoryNames(setting, digests)
    const isKnown =
      (!filter.measure || known.has(names.measures)) && (!filter.create || known.has(names.reasons))
    return !filter.readsNoText && !isKnown
  })
  return ofSamples || settingsOf<GroupFilter>(groupFilters, section).some(({ filter }) => !filter.readsNoText)
}

/** Looks at all samples of a problem together and adds what it finds to what is known about each. */
export type GroupJudge = (group: Group) => SampleDecision[]

/**
 * Combines the group filters of a recipe. They see what the sample filters found but not each other's reasons, so their
 * order affects nothing but the order of the reasons.
 */
export function judgeGroups(section: Section): GroupJudge {
  const active = settingsOf<GroupFilter>(groupFilters, section).map(({ filter, options }) => ({
    filter,
    check: filter.create?.(options),
  }))
  return (group) => {
    const found = group.samples.map(({ reasons, measures }) => ({
      reasons: [...reasons],
      measures: { ...measures },
    }))
    for (const { filter, check } of active) {
      const measured: readonly Measured[] =
        filter.measure?.(group).map((values) => declaredMeasures(filter, values)) ?? found.map(() => ({}))
      const reasons = check?.(group, measured) ?? []
      for (const [index, decision] of found.entries()) {
        Object.assign(decision.measures, measured[index])
        for (const reason of declaredReasons(filter, reasons[index] ?? []))
          if (!decision.reasons.includes(reason)) decision.reasons.push(reason)
      }
    }
    return found
  }
}
