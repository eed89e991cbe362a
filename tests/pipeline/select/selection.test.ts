import fc from 'fast-check'
import { expect, test } from 'vitest'
import { resolveRun } from '../../../pipeline/recipe/resolve-run.ts'
import { Recipe } from '../../../pipeline/recipe/recipe.ts'
import { selectStage } from '../../../pipeline/stages/select/select.ts'
import { isBehind, turnOf, wayFrom, type Turn } from '../../../pipeline/stages/select/turns.ts'
import { placeOf, places } from '../../../store/run/waves.ts'

type Accepted = { stratum: string; turn: Turn }

const accepted = fc.uniqueArray(
  fc.record({
    stratum: fc.constantFrom('easy', 'medium', 'hard'),
    turn: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 1000 })),
  }),
  { selector: ({ turn }) => turn[1], maxLength: 60 },
)

/** What the stage takes of pairs that lie in shards in any way. */
async function taken(pairs: number, shards: readonly (readonly Accepted[])[]): Promise<Set<number>> {
  const recipe = Recipe.parse({
    name: 'made',
    problems: { builtin: { count: 1 } },
    arms: { ift: { role: 'ift', teacher: 'qwen3', model: 'm', endpoint: 'one', mode: 'non_thinking' } },
    endpoints: { one: { base_url: 'http://127.0.0.1:9/v1', dialect: 'vllm' } },
    select: { pairs, by: 'difficulty', quotas: { easy: 3, medium: 2, hard: 2 } },
  })
  const summaries = shards.map(
    (shard) =>
      new Map(
        [...Map.groupBy(shard, ({ stratum }) => stratum)].map(([name, own]) => [
          name,
          { problems: own.length, asked: own.length, turns: own.map(({ turn }) => turn) },
        ]),
      ),
  )
  async function* each() {
    yield* summaries
  }
  const last = await selectStage.merge(resolveRun(recipe, 'run', '/'), each())
  return new Set(
    shards
      .flat()
      .filter(({ stratum, turn }) => last.has(stratum) && !isBehind(turn, last.get(stratum)!))
      .map(({ turn }) => turn[1]),
  )
}

test('the selection does not depend on order or cut, takes no more than wanted, and nests', async () => {
  await fc.assert(
    fc.asyncProperty(
      accepted,
      fc.integer({ min: 1, max: 70 }),
      fc.integer({ min: 1, max: 10 }),
      fc.integer({ min: 1, max: 5 }),
      fc.infiniteStream(fc.nat()),
      async (pairs, wanted, more, cuts, draws) => {
        const whole = await taken(wanted, [pairs])
        expect(whole.size).toBeLessThanOrEqual(wanted)
        const shuffled = pairs
          .map((pair) => ({ pair, draw: draws.next().value! }))
          .toSorted((a, b) => a.draw - b.draw)
        const shards = Array.from({ length: cuts }, (_, shard) =>
          shuffled.filter(({ draw }) => draw % cuts === shard).map(({ pair }) => pair),
        )
        expect(await taken(wanted, shards)).toEqual(whole)
        expect(whole.isSubsetOf(await taken(wanted + more, [pairs]))).toBe(true)
      },
    ),
    { numRuns: 60 },
  )
})

test('the way through the ids goes once around, from where the seed draws it', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.array(fc.integer({ min: 0, max: places - 1 }), { minLength: 2 }),
      (seed, given) => {
        const way = wayFrom(seed)
        for (const place of given) {
          expect(way(place)).toBeGreaterThanOrEqual(0)
          expect(way(place)).toBeLessThan(places)
        }
        expect(new Set(given.map(way)).size).toBe(new Set(given).size)
      },
    ),
  )
  const id = 'ffffffffffffffffffffffffffffffff'
  expect(turnOf(id, { waves: [new Float64Array(), Float64Array.of(placeOf(id))] }, 1)[0]).toBe(2)
})
