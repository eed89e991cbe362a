import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { weightedDraw } from '../../filters/set/weighted-draw.ts'

type Ticket = { id: string; stratum: string; tokens: number; first: boolean }

/** The ids in the order in which they are drawn. */
function drawOf(all: readonly Ticket[], draw: Parameters<typeof weightedDraw>[1]): string[] {
  const sorted = all.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const names = [...new Set(all.map(({ stratum }) => stratum))]
  const places = weightedDraw(
    {
      count: sorted.length,
      id: (place) => sorted[place]!.id,
      names,
      strata: Uint32Array.from(sorted, ({ stratum }) => names.indexOf(stratum)),
      tokens: Uint32Array.from(sorted, ({ tokens }) => tokens),
      first: Uint8Array.from(sorted, ({ first }) => Number(first)),
    },
    draw,
  )
  return [...places].map((place) => sorted[place]!.id)
}

const ticket: fc.Arbitrary<Omit<Ticket, 'id'>> = fc.record({
  stratum: fc.constantFrom('algebra', 'logic', ''),
  tokens: fc.nat({ max: 30 }),
  first: fc.boolean(),
})
const tickets = fc
  .array(ticket, { maxLength: 60 })
  .map((all) => all.map((one, at): Ticket => Object.assign({ id: `problem ${at}` }, one)))
const weights = fc.constantFrom(null, { algebra: 3, logic: 1 }, { '': 0.5 })

test('a draw takes each problem once, as many as wanted, whatever their order, and a smaller one is its beginning', () => {
  fc.assert(
    fc.property(tickets, weights, fc.nat({ max: 70 }), fc.nat(), (all, chances, count, seed) => {
      const drawn = drawOf(all, { count, seed, weights: chances })
      expect(new Set(drawn).size).toBe(drawn.length)
      const possible = all.filter(
        ({ stratum, first }) => first || chances === null || Object.hasOwn(chances, stratum),
      )
      expect(drawn.length).toBe(Math.min(count, possible.length))
      expect(new Set(possible.map(({ id }) => id)).isSupersetOf(new Set(drawn))).toBe(true)
      expect(drawOf(all.toReversed(), { count, seed, weights: chances })).toEqual(drawn)
      const half = Math.floor(count / 2)
      expect(drawOf(all, { count: half, seed, weights: chances })).toEqual(drawn.slice(0, half))
    }),
  )
})

test('what comes first is taken before anything is drawn, the longest first', () => {
  const all = [5, 9, 1].map((tokens, at): Ticket => ({ id: `f${at}`, stratum: 's', tokens, first: true }))
  const others = [90, 80].map((tokens, at): Ticket => ({ id: `o${at}`, stratum: 's', tokens, first: false }))
  const drawn = drawOf([...others, ...all], { count: 4, seed: 1, weights: null })
  expect(drawn.slice(0, 3)).toEqual(['f1', 'f0', 'f2'])
  expect(drawn[3]).toMatch(/^o/)
})

/** How often each of these is the first to be drawn, over many seeds. */
function firstOf(
  all: readonly Ticket[],
  draw: { weights: Record<string, number> | null },
): Map<string, number> {
  const counts = new Map<string, number>()
  for (let seed = 0; seed < 2000; seed++) {
    const [id] = drawOf(all, { count: 1, seed, ...draw })
    counts.set(id!, (counts.get(id!) ?? 0) + 1)
  }
  return counts
}

test('in a stratum the weight of a problem is halved with each place by length', () => {
  const all = [400, 300, 200, 100].map((tokens, rank): Ticket => ({
    id: `rank ${rank}`,
    stratum: 's',
    tokens,
    first: false,
  }))
  const counts = firstOf(all, { weights: null })
  // 8, 4, 2 and 1 of 15; the seeds are fixed, and four standard deviations are less than 100 of 2,000.
  for (const [rank, share] of [8, 4, 2, 1].entries())
    expect(Math.abs((counts.get(`rank ${rank}`) ?? 0) - (2000 * share) / 15)).toBeLessThan(100)
})

test('each stratum has the same chance however many problems it has, or that of its weight', () => {
  const all = [
    ...Array.from({ length: 50 }, (_, at): Ticket => ({
      id: `a${at}`,
      stratum: 'a',
      tokens: at,
      first: false,
    })),
    { id: 'b', stratum: 'b', tokens: 1, first: false },
    { id: 'c', stratum: 'c', tokens: 1, first: false },
  ]
  const even = firstOf(all, { weights: null })
  for (const id of ['b', 'c']) expect(Math.abs(even.get(id)! - 2000 / 3)).toBeLessThan(100)
  const uneven = firstOf(all, { weights: { a: 1, b: 3 } })
  expect(Math.abs(uneven.get('b')! - 1500)).toBeLessThan(100)
  expect(uneven.has('c')).toBe(false)
})
