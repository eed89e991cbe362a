import type {
  Declared,
  Group,
  GroupFilter,
  Measured,
  ProblemFilter,
  ProblemMeans,
  Sample,
  SampleFilter,
  SourceProblem,
} from '../../filters/filter.ts'
import { sampleFilters } from '../../filters/registry.ts'
import type { ProblemSetFilter, Remembered, SampleSetFilter, SetSample } from '../../filters/set-filter.ts'
import { alike, benchmarkItems, groups, problems, samples } from './filter-examples.ts'

/** A filter of any scope. */
export type AnyFilter = Declared & { scope: string; of?: string }

const files = () => benchmarkItems.map((problem, id) => ({ problem, id: String(id) }))
const means: ProblemMeans = {
  verifyGolds: async (all) =>
    all.map(() => ({ verdict: 'correct' }) as Awaited<ReturnType<ProblemMeans['verifyGolds']>>[number]),
  countTokens: (text) => text.split(/\s+/).length,
  files,
}

/** What every filter measures of a sample, as the filters of groups and sets see it. */
const measured = new Map<Sample, Measured>()
function measuresOf(sample: Sample): Measured {
  let known = measured.get(sample)
  if (known === undefined) {
    known = Object.assign({}, ...sampleFilters.map((filter) => filter.measure?.(sample))) as Measured
    measured.set(sample, known)
  }
  return known
}

/** Which problems a filter of problems finds, by their numbers, in this order and company. */
export async function foundProblems(
  filter: ProblemFilter,
  options: unknown,
  rows: readonly SourceProblem[],
): Promise<(string | undefined)[]> {
  const findings = await filter.create(options as { policy: 'drop' }, means)(rows)
  return rows.map((_, index) => findings[index]?.reason)
}

/** The ids of the problems that a filter of the whole set finds. */
export function foundInSet(
  filter: ProblemSetFilter,
  options: unknown,
  rows: readonly SourceProblem[],
): string[] {
  const rules = filter.create(options)
  if ('key' in rules) {
    const kept = rows.flatMap((row): (Remembered<unknown> & { key: string })[] => {
      const key = rules.key(row)
      const memory = { problem: row.problem.id, position: row.position, memory: rules.remember(row) }
      return key === undefined ? [] : [{ key, ...memory }]
    })
    return [...Map.groupBy(kept, ({ key }) => key).values()].flatMap((same) => {
      const findings = rules.decide(same)
      return same.filter((_, index) => findings[index] !== undefined).map(({ problem }) => problem)
    })
  }
  const memories = rows.map((row) => ({
    problem: row.problem.id,
    position: row.position,
    memory: rules.add(row),
  }))
  const found = [
    ...rules.compare(
      () => true,
      (place) => memories[place]!,
    ),
  ]
  return found.map(({ place }) => memories[place]!.problem)
}

export function foundSample(filter: SampleFilter, options: unknown, sample: Sample): readonly string[] {
  return filter.create?.(options, files)(sample, filter.measure?.(sample) ?? {}) ?? []
}

export function foundInGroup(
  filter: GroupFilter,
  options: unknown,
  { problem, samples: own }: { problem: Group['problem']; samples: readonly Sample[] },
): (readonly string[])[] {
  const group: Group = {
    problem,
    samples: own.map((sample) => Object.assign({}, sample, { reasons: [], measures: measuresOf(sample) })),
  }
  const found = filter.create?.(options)(group, filter.measure?.(group) ?? own.map(() => ({})))
  return own.map((_, index) => found?.[index] ?? [])
}

/** As one of many: two samples, of both modes as the examples stand, are about one problem, and problems have domains. */
export function setSample(sample: Sample, at: number): SetSample {
  const { arm, trace, verdict } = sample
  const half = Math.floor(at / 2)
  const problem = { ...sample.problem, id: `problem ${half}`, domain: ['algebra', 'logic', ''][half % 3]! }
  const keep = verdict.verdict === 'correct'
  return { problem, arm, trace, verdict, decision: { keep, reasons: [], measures: measuresOf(sample) } }
}

/** What a filter of all answers finds in each, when they lie in these shards and are merged in this order. */
export function foundInShards(
  filter: SampleSetFilter,
  options: unknown,
  shards: readonly (readonly SetSample[])[],
): Map<SetSample, readonly string[]> {
  const rules = filter.create(options)
  const merged = rules.empty()
  for (const shard of shards) {
    const summary = rules.empty()
    for (const sample of shard) rules.add(summary, sample)
    // Between threads it is copied.
    rules.merge(merged, structuredClone(summary))
  }
  const decide = rules.decide(merged)
  return new Map(shards.flat().map((sample) => [sample, decide(sample)]))
}

const together = samples.map(setSample)

/** The numbers of those that have reasons. */
function named(found: readonly (readonly unknown[])[]): string[] {
  return found.flatMap((reasons, index) => (reasons.length > 0 ? [String(index)] : []))
}

/** What a filter finds among all examples, each with a name; of problems of a set, in every two of them. */
async function all(filter: AnyFilter, options: unknown): Promise<Set<string>> {
  if (filter.scope === 'problem') {
    const found = await foundProblems(filter as unknown as ProblemFilter, options, problems)
    return new Set(named(found.map((reason) => (reason === undefined ? [] : [reason]))))
  }
  if (filter.scope === 'sample')
    return new Set(named(samples.map((sample) => foundSample(filter as SampleFilter, options, sample))))
  if (filter.scope === 'group')
    return new Set(
      groups.flatMap((group, at) =>
        named(foundInGroup(filter as GroupFilter, options, group)).map((name) => `${at} ${name}`),
      ),
    )
  if (filter.of === 'sample') {
    const found = foundInShards(filter as unknown as SampleSetFilter, options, [together])
    return new Set(named(together.map((sample) => found.get(sample)!)))
  }
  const few = alike()
  return new Set(
    few.flatMap((one, at) =>
      few
        .slice(at + 1)
        .flatMap((other) =>
          foundInSet(filter as unknown as ProblemSetFilter, options, [one, other]).map(
            () => `${one.position} ${other.position}`,
          ),
        ),
    ),
  )
}

/** Options without which a filter has nothing to go by. */
function stated(filter: AnyFilter): object {
  return filter.files === undefined ? {} : { benchmarks: { made: { file: 'made' } } }
}

export const foundBy = { all, stated }
