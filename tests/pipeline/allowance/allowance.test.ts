import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptyModel, runWorker, spentIn, type Luck, type Model, type Protocol } from './budget-model.ts'

type Given = {
  cap: number
  unit: 'nano_usd' | 'tokens'
  workers: readonly { worst: number; share: number }[][]
  flips: readonly boolean[]
  stills: readonly number[]
  kills: readonly boolean[]
}

const request = fc.record({
  worst: fc.integer({ min: 1, max: 50 }),
  share: fc.double({ min: 0.2, max: 1, noNaN: true }),
})
const given: fc.Arbitrary<Given> = fc.record({
  cap: fc.integer({ min: 1, max: 600 }),
  unit: fc.constantFrom('nano_usd', 'tokens'),
  workers: fc.array(fc.array(request, { minLength: 1, maxLength: 14 }), { minLength: 2, maxLength: 4 }),
  flips: fc.array(fc.boolean(), { minLength: 7, maxLength: 40 }),
  stills: fc.array(
    fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(80) }),
    { minLength: 7, maxLength: 60 },
  ),
  kills: fc.array(
    fc.integer({ min: 0, max: 80 }).map((number) => number === 0),
    {
      minLength: 7,
      maxLength: 90,
    },
  ),
})

function taken<Value>(values: readonly Value[]): () => Value {
  let at = 0
  return () => values[at++ % values.length]!
}

/** Runs the workers to their ends, and then one more that nobody disturbs, which spends what is left. */
async function runAll(scheduler: fc.Scheduler, some: Given, protocol: Protocol): Promise<Model> {
  const model = emptyModel(some.cap, some.unit)
  const [losesReply, standsStill, isKilled] = [taken(some.flips), taken(some.stills), taken(some.kills)]
  const suspects = taken(some.flips.map((flip, index) => flip && index % 3 === 0))
  const luck: Luck = { losesReply, suspects, standsStill, isKilled }
  const all = some.workers.map((requests, index) =>
    runWorker(model, scheduler, { worker: `w${index}`, luck, requests, protocol }).catch((error: unknown) => {
      if ((error as Error).message !== `w${index}`) throw error
    }),
  )
  await scheduler.waitFor(Promise.all(all))
  const quiet: Luck = {
    losesReply: () => false,
    suspects: () => true,
    standsStill: () => 0,
    isKilled: () => false,
  }
  const requests = Array.from({ length: some.cap + 3 }, () => ({ worst: last, share: 1 }))
  await scheduler.waitFor(runWorker(model, scheduler, { worker: 'last', luck: quiet, requests, protocol }))
  return model
}

/** What each request of the last worker costs. */
const last = 17

/** What all workers may have spent by their slots. */
function givenOut({ slots, unit }: Model): number {
  const amounts = new Map<string, { amount: number; settled: boolean }>()
  for (const { item } of slots) {
    if (item === undefined || item.type === 'open' || amounts.get(item.attempt)?.settled) continue
    amounts.set(item.attempt, { amount: item.amount[unit], settled: item.type === 'settle' })
  }
  return [...amounts.values()].reduce((sum, { amount }) => sum + amount, 0)
}

test('whoever dies, freezes or wakes, no more is spent than the budget has, and all of it can be', async () => {
  const seen = { killed: 0, settled: 0, open: 0, usedUp: 0 }
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), given, async (scheduler, some) => {
      const model = await runAll(scheduler, some, 'sound')
      const { slots, cap, killed } = model
      expect(model.mostPaid).toBeLessThanOrEqual(cap)
      expect(model.paid).toBeLessThanOrEqual(givenOut(model))
      expect(givenOut(model)).toBeLessThanOrEqual(cap)
      expect(cap - givenOut(model)).toBeLessThan(last)
      expect(slots.map(({ number }) => number)).toEqual(slots.map((_, index) => index + 1))
      seen.killed += killed.size
      seen.usedUp += model.usedUp
      seen.settled += slots.filter(({ item }) => item?.type === 'settle').length
      seen.open += [...model.journals.keys()].filter(
        (each) => spentIn(model, each) > spentIn(model, each, false),
      ).length
    }),
    { numRuns: 150, endOnFailure: true },
  )
  // Otherwise nothing of this was put to the test.
  expect(seen.killed).toBeGreaterThan(15)
  expect(seen.settled).toBeGreaterThan(40)
  expect(seen.open).toBeGreaterThan(15)
  expect(seen.usedUp).toBeGreaterThan(150)
})

test.each(['no burial', 'open requests given back'] as const)(
  'the same workers spend more than there is with %s',
  async (protocol) => {
    const checked = await fc.check(
      fc.asyncProperty(fc.scheduler(), given, async (scheduler, some) => {
        const model = await runAll(scheduler, some, protocol)
        expect(model.mostPaid).toBeLessThanOrEqual(model.cap)
      }),
      { numRuns: 150, endOnFailure: true },
    )
    expect(checked.failed).toBe(true)
    expect(String(checked.errorInstance)).toContain('to be less than or equal to')
  },
)
