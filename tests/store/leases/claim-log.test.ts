import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptyModel, readModel, runWorker, sealed, type Model } from './shard-model.ts'

const workers = fc.integer({ min: 2, max: 6 })

type Given = { count: number; flips: readonly boolean[]; stills: readonly number[] }

/** Runs so many workers to their ends, each at whatever pace, and then one more that nobody disturbs. */
async function runAll(
  scheduler: fc.Scheduler,
  { count, flips, stills, publish }: Given & { publish: 'slot' | 'look' },
): Promise<Model> {
  const model = emptyModel()
  let at = 0
  const flip = (): boolean => flips[at++ % flips.length]!
  const buried = new Set<string>()
  let still = 0
  const standsStill = (): number => stills[still++ % stills.length]!
  const luck = { losesReply: flip, suspects: flip, standsStill }
  const all = Array.from({ length: count }, (_, index) =>
    runWorker(model, scheduler, { worker: `w${index}`, luck, publish }, buried),
  )
  await scheduler.waitFor(Promise.all(all))
  const last = { losesReply: () => false, suspects: () => true, standsStill: () => 0 }
  const end = runWorker(model, scheduler, { worker: 'last', luck: last, publish }, buried)
  await scheduler.waitFor(end)
  return model
}

const still = fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(120) })
const given = fc.record({
  count: workers,
  flips: fc.array(fc.boolean(), { minLength: 7, maxLength: 40 }),
  stills: fc.array(still, { minLength: 7, maxLength: 60 }),
})

test('whoever stands still for however long, a part is published once and holds every acknowledged answer', async () => {
  let takenOver = 0
  let fenced = 0
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), given, async (scheduler, some) => {
      const model = await runAll(scheduler, { ...some, publish: 'slot' })
      takenOver += model.slots.filter(({ slot }) => slot?.type === 'cut').length
      fenced += model.fenced
      expect(model.slots.map(({ number }) => number)).toEqual(model.slots.map((_, index) => index + 1))
      expect(model.publications).toHaveLength(1)
      expect(model.part).toBe(model.publications[0])
      // Read again at the end, with everything that woken workers have written since.
      expect(sealed(readModel(model))).toBe(model.part)
      const answers = readModel(model)
      for (const { key, value } of model.acknowledged) expect(answers.get(key)).toBe(value)
      expect(new Set(model.acknowledged.map(({ key }) => key)).size).toBe(model.acknowledged.length)
    }),
    { numRuns: 1500 },
  )
  // Otherwise nothing of this was put to the test.
  expect(takenOver).toBeGreaterThan(300)
  expect(fenced).toBeGreaterThan(20)
})

test('the same workers publish twice when they look whether a shard is theirs instead of taking its next slot', async () => {
  const checked = await fc.check(
    fc.asyncProperty(fc.scheduler(), given, async (scheduler, some) => {
      const model = await runAll(scheduler, { ...some, publish: 'look' })
      expect(model.publications.length).toBeLessThan(2)
    }),
    { numRuns: 1500 },
  )
  expect(checked.failed).toBe(true)
})
