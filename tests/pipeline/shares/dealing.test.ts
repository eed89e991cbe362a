import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openDealing, type Dealing } from '../../../pipeline/engine/shares/dealing.ts'
import { noNote } from '../../../store/leases/beat-file.ts'
import { atOnce, emptyModel, runWorker, type Model, type Turn } from './dealing-model.ts'

const turn: fc.Arbitrary<Turn> = fc.record({
  asks: fc.oneof({ weight: 6, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  answers: fc.nat(12),
  killed: fc.nat(40).map((number) => number === 0),
})
const given = fc.record({
  max: fc.integer({ min: 1, max: 40 }),
  workers: fc.array(fc.array(turn, { minLength: 4, maxLength: 25 }), { minLength: 2, maxLength: 5 }),
})

async function play(
  scheduler: fc.Scheduler,
  { max, workers }: { max: number; workers: readonly Turn[][] },
  open: (own: string) => Dealing,
): Promise<Model> {
  const model = emptyModel(max)
  await scheduler.waitFor(
    Promise.all(
      workers.map((turns, index) => runWorker(model, scheduler, { worker: `w${index}`, turns, open })),
    ),
  )
  return model
}

test('whoever comes, goes, dies or stands still whenever, no more requests are at a server than it has places', async () => {
  let changes = 0
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), given, async (scheduler, some) => {
      const model = await play(scheduler, some, openDealing)
      expect(model.most).toBeLessThanOrEqual(some.max)
      changes += model.changes
    }),
    { numRuns: 300 },
  )
  // Otherwise nothing of this was put to the test.
  expect(changes).toBeGreaterThan(1000)
})

test('workers that take their part of those they see at once send more than there are places', async () => {
  const checked = await fc.check(
    fc.asyncProperty(fc.scheduler(), given, async (scheduler, some) => {
      expect((await play(scheduler, some, atOnce)).most).toBeLessThanOrEqual(some.max)
    }),
    { numRuns: 300, endOnFailure: true },
  )
  expect(checked.failed).toBe(true)
  expect(String(checked.errorInstance)).toContain('to be less than or equal to')
})

test('when nobody comes or goes any more all places are dealt out after three looks of each, and nobody loses its last one to a newcomer', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 9 }), (max, count) => {
      const ids = Array.from({ length: count }, (_, index) => `w${(index * 7) % 10}`)
      const notes = new Map<string, string>()
      const dealings = new Map(ids.map((id) => [id, openDealing(id)]))
      const lookAt = (id: string): void => {
        const others = [...notes]
          .filter(([other]) => other !== id)
          .map(([other, note]) => ({ id: other, note }))
        const note = dealings.get(id)!.look(others)
        notes.set(id, note)
        dealings.get(id)!.published(note)
      }
      const had = new Set<string>()
      for (const newcomer of ids) {
        for (let round = 0; round < 3; round++) {
          lookAt(newcomer)
          for (const id of notes.keys()) if (id !== newcomer) lookAt(id)
          for (const id of had) expect(dealings.get(id)!.of(max)).toBeGreaterThan(0)
        }
        for (const id of notes.keys()) if (dealings.get(id)!.of(max) > 0) had.add(id)
        expect([...notes.keys()].reduce((sum, id) => sum + dealings.get(id)!.of(max), 0)).toBe(max)
      }
      notes.delete(ids[0]!)
      for (let round = 0; round < 3; round++) for (const id of notes.keys()) lookAt(id)
      if (count > 1)
        expect([...notes.keys()].reduce((sum, id) => sum + dealings.get(id)!.of(max), 0)).toBe(max)
    }),
  )
  expect(openDealing('a').look([{ id: 'b', note: noNote }])).toMatch(/^0000001 [0-9a-f]{16}$/)
})
