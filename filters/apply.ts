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

/** Finds out everything about one sample. */
export type SampleJudge = (sample: Sample) => SampleDecision

/**
 * Combines the sample filters of a recipe: the result has every reason to drop a sample once, in the order of the
 * registry, and every measure.
 *
 * @param without filters that are left out, such as `correctness` for an arm whose answers need not be right
 * @param files those that the options name
 */
export function judgeSamples(
  section: Section,
  without: readonly string[] = [],
  files: FilterFiles = noFiles,
): SampleJudge {
  const active = settingsOf<SampleFilter>(sampleFilters, section)
    .filter(({ filter }) => !without.includes(filter.name))
    .map(({ filter, options }) => ({ filter, check: filter.create?.(options, files) }))
  return (sample) => {
    const measures: Record<string, number | null> = {}
    const reasons = active.flatMap(({ filter, check }) => {
      const measured = filter.measure ? declaredMeasures(filter, filter.measure(sample)) : {}
      Object.assign(measures, measured)
      return check ? declaredReasons(filter, check(sample, measured)) : []
    })
    return { reasons: [...new Set(reasons)], measures }
  }
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
