import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { judgeSamples } from '../../filters/apply.ts'
import {
  groupFilters,
  problemFilters,
  problemSetFilters,
  sampleFilters,
  sampleSetFilters,
} from '../../filters/registry.ts'
import { countDecision, emptyDecisionsCounts } from '../../pipeline/stages/filter/count-decisions.ts'
import { groups, problems, samples } from './filter-examples.ts'
import {
  foundBy,
  foundInGroup,
  foundInSet,
  foundInShards,
  foundProblems,
  foundSample,
  setSample,
} from './found-by.ts'

/* What holds for every filter of the registry: they are walked, so a new one is held to it too. */

const sameAgain = { numRuns: 6 }
const shuffled = <Item>(items: readonly Item[]): fc.Arbitrary<Item[]> =>
  fc.shuffledSubarray([...items], { minLength: items.length })

test.each(problemFilters)(
  '$name finds the same in any order, and nothing in what it left',
  async (filter) => {
    const options = filter.options.parse(foundBy.stated(filter))
    const wanted = await foundProblems(filter, options, problems)
    const byRow = new Map(problems.map((row, index) => [row, wanted[index]]))
    await fc.assert(
      fc.asyncProperty(shuffled(problems), async (rows) => {
        expect(await foundProblems(filter, options, rows)).toEqual(rows.map((row) => byRow.get(row)))
      }),
      sameAgain,
    )
    const left = problems.filter((row) => byRow.get(row) === undefined)
    expect((await foundProblems(filter, options, left)).filter((reason) => reason !== undefined)).toEqual([])
  },
)

test.each(problemSetFilters)('$name finds as many in any order, and nothing in what it left', (filter) => {
  const options = filter.options.parse({})
  const twice = [
    ...problems,
    ...problems
      .slice(0, 9)
      .map(({ problem, position, idScope }) => ({ problem, idScope, position: `${position} again` })),
  ]
  const count = foundInSet(filter, options, twice).length
  fc.assert(
    fc.property(shuffled(twice), (rows) => {
      const found = foundInSet(filter, options, rows)
      expect(found).toHaveLength(count)
      const lost = new Map<string, number>()
      for (const id of found) lost.set(id, (lost.get(id) ?? 0) + 1)
      // Of problems with one id the last ones are those that are lost.
      const left = rows.toReversed().filter(({ problem }) => {
        const more = lost.get(problem.id) ?? 0
        lost.set(problem.id, more - 1)
        return more <= 0
      })
      expect(foundInSet(filter, options, left.toReversed())).toEqual([])
    }),
    { numRuns: 3 },
  )
})

test.each(sampleFilters)('$name finds the same in an answer in any company', (filter) => {
  const options = filter.options.parse(foundBy.stated(filter))
  const wanted = new Map(samples.map((sample) => [sample, foundSample(filter, options, sample)]))
  fc.assert(
    fc.property(shuffled(samples), (order) => {
      for (const sample of order) expect(foundSample(filter, options, sample)).toEqual(wanted.get(sample))
    }),
    { numRuns: 2 },
  )
})

test.each(groupFilters)('$name decides about a problem whatever the others are', (filter) => {
  const options = filter.options.parse({})
  const wanted = new Map(groups.map((group) => [group, foundInGroup(filter, options, group)]))
  fc.assert(
    fc.property(shuffled(groups), (order) => {
      for (const group of order) expect(foundInGroup(filter, options, group)).toEqual(wanted.get(group))
    }),
    sameAgain,
  )
})

/** Bounds with which filters of all answers find something among so few. */
const strict: Record<string, number> = { low: 30, high: 60, percentile: 50, times: 1, top: 40, problems: 9 }

test.each(sampleSetFilters)('$name does not depend on order, shards or how they are merged', (filter) => {
  const own = Object.keys(filter.numbers ?? {}).map((name) => [name, strict[name]])
  const bounds = Object.fromEntries(own) as object
  const overAll = filter.options.safeParse({ over: 'all', ...bounds })
  const options = overAll.success ? overAll.data : filter.options.parse(bounds)
  const all = samples.map(setSample)
  const wanted = foundInShards(filter, options, [all])
  expect([...wanted.values()].flat().length).toBeGreaterThan(0)
  fc.assert(
    fc.property(shuffled(all), fc.integer({ min: 1, max: 9 }), (order, count) => {
      const shards = Array.from({ length: count }, (_, shard) =>
        order.filter((_sample, index) => index % count === shard),
      )
      for (const [sample, reasons] of foundInShards(filter, options, shards))
        expect(reasons).toEqual(wanted.get(sample))
    }),
    { numRuns: 25 },
  )
})

test('reasons are declared, and what is counted as lost is what has a reason', () => {
  const section = Object.fromEntries(sampleFilters.map((filter) => [filter.name, filter.files === undefined]))
  const judge = judgeSamples(section)
  const arms = [...new Map(samples.map(({ arm }) => [arm.name, arm])).values()]
  const declared = new Set(sampleFilters.flatMap(({ reasons }) => Object.keys(reasons)))
  const counts = emptyDecisionsCounts(arms)
  const first: Record<string, number> = {}
  for (const sample of samples) {
    const { reasons } = judge(sample)
    for (const reason of reasons) expect(declared).toContain(reason)
    const [reason] = reasons
    countDecision(counts, sample.trace, reason)
    const name = reason ?? 'kept'
    first[name] = (first[name] ?? 0) + 1
  }
  const sums: Record<string, number> = {}
  for (const { in: all, kept, dropped, unverified } of Object.values(counts.arms)) {
    const lost = [...Object.entries(dropped), ...Object.entries(unverified)]
    expect(lost.reduce((sum, [, count]) => sum + count, kept)).toBe(all)
    for (const [reason, count] of [...lost, ['kept', kept] as const])
      sums[reason] = (sums[reason] ?? 0) + count
  }
  expect(sums).toEqual(first)
  expect(Object.keys(first).length).toBeGreaterThan(8)
})
