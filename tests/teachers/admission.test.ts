import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Admission, openAdmission, type Ticket } from '../../teachers/endpoint/admission.ts'
import { fakeClock } from './support/clock.ts'

type Running = { ticket: Ticket; end: () => void }

/** Starts a task that runs until it is ended. */
function begin(admission: Admission, running: Running[], again = false): Promise<void> {
  return admission.run(
    (ticket) =>
      new Promise<void>((resolve) => {
        running.push({ ticket, end: resolve })
      }),
    { again },
  )
}

test('no more than the limit runs, the rest waits its turn', async () => {
  const admission = openAdmission(2, fakeClock())
  const running: Running[] = []
  const all = [1, 2, 3].map(() => begin(admission, running))
  expect(admission.state()).toEqual({ inFlight: 2, waiting: 1, limit: 2 })
  running[0]!.end()
  await all[0]
  expect(running).toHaveLength(3)
  running.forEach((each) => each.end())
  await Promise.all(all)
  await admission.idle()
})

test('without a share of the places nothing begins, and what runs goes on; a pause is waited for all the same', async () => {
  const clock = fakeClock()
  const admission = openAdmission(4, clock)
  const running: Running[] = []
  const all = [1, 2].map(() => begin(admission, running))
  admission.setShare(0)
  all.push(begin(admission, running))
  expect(admission.state()).toEqual({ inFlight: 2, waiting: 1, limit: 0 })
  running.splice(0).forEach((each) => each.end())
  await Promise.all(all.slice(0, 2))
  expect(running).toEqual([])
  admission.pauseUntil(clock.now() + 1000)
  admission.setShare(1)
  expect(running).toEqual([])
  all.push(begin(admission, running))
  await new Promise((resolve) => {
    setImmediate(resolve)
  })
  expect(clock.slept).toEqual([1000])
  expect(admission.state()).toEqual({ inFlight: 1, waiting: 1, limit: 1 })
  admission.setShare(9)
  expect(admission.state()).toEqual({ inFlight: 2, waiting: 0, limit: 4 })
  running.forEach((each) => each.end())
  await Promise.all(all)
})

test('a further try goes before first tries', async () => {
  const admission = openAdmission(1, fakeClock())
  const order: string[] = []
  const task = (name: string, again: boolean) => admission.run(async () => void order.push(name), { again })
  await Promise.all([task('a', false), task('b', false), task('c', true)])
  expect(order).toEqual(['a', 'c', 'b'])
})

test('a refusal leaves what the server holds, and those that were sent with it count once', async () => {
  const admission = openAdmission(40, fakeClock())
  const running: Running[] = []
  const all = Array.from({ length: 40 }, () => begin(admission, running))
  for (const { ticket, end } of running.slice(0, 20)) {
    admission.congested(ticket)
    end()
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
  }
  expect(admission.state().limit).toBe(20)
  running.forEach((each) => each.end())
  await Promise.all(all)
  for (let round = 0; round < 5; round++) await admission.run(async (ticket) => admission.congested(ticket))
  expect(admission.state().limit).toBe(1)
})

test('the limit grows in quiet time while more wait than may run, although nothing is answered', async () => {
  const clock = fakeClock()
  const admission = openAdmission(16, clock)
  await admission.run(async (ticket) => admission.congested(ticket))
  expect(admission.state().limit).toBe(1)
  const running: Running[] = []
  const all = Array.from({ length: 16 }, () => begin(admission, running))
  while (admission.state().waiting > 0)
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
  expect(admission.state()).toEqual({ inFlight: 16, waiting: 0, limit: 16 })
  expect(clock.slept).toEqual([2000, 500, 500, 500])
  running.forEach((each) => each.end())
  await Promise.all(all)
})

test('nothing starts during a pause, and a later pause moves its end on', async () => {
  const clock = fakeClock()
  const start = clock.now()
  const admission = openAdmission(2, clock)
  admission.pauseUntil(start + 1000)
  admission.pauseUntil(start + 500)
  admission.pauseUntil(start + 3000)
  expect(await admission.run(async () => clock.now())).toBeGreaterThanOrEqual(start + 3000)
})

test('stop lets what runs finish and rejects everything else with its reason', async () => {
  const admission = openAdmission(1, fakeClock())
  const running: Running[] = []
  const first = begin(admission, running)
  const second = begin(admission, running)
  const reason = new Error('enough')
  admission.stop(reason)
  await expect(second).rejects.toBe(reason)
  await expect(begin(admission, running)).rejects.toBe(reason)
  running[0]!.end()
  await expect(first).resolves.toBeUndefined()
  expect(running).toHaveLength(1)
})

test('a task that fails gives its slot back', async () => {
  const admission = openAdmission(1, fakeClock())
  await expect(admission.run(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed')
  expect(await admission.run(async () => 'next')).toBe('next')
})

test('whatever happens, the limit stays within its bounds and is never exceeded', async () => {
  const event = fc.constantFrom('begin', 'end', 'congested', 'fewer', 'more')
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 9 }),
      fc.array(event, { maxLength: 60 }),
      async (max, events) => {
        const admission = openAdmission(max, fakeClock())
        const running: Running[] = []
        const all: Promise<unknown>[] = []
        let ended = 0
        for (const each of events) {
          const before = admission.state().inFlight
          if (each === 'begin') all.push(begin(admission, running))
          else if (each === 'end' && ended < running.length) running[ended++]!.end()
          else if (each === 'congested' && running.length > 0) admission.congested(running.at(-1)!.ticket)
          else if (each === 'fewer') admission.setCeiling(1)
          else if (each === 'more') admission.setCeiling(max)
          await Promise.resolve()
          const { limit, inFlight } = admission.state()
          expect(limit).toBeGreaterThanOrEqual(1)
          expect(limit).toBeLessThanOrEqual(max)
          expect(inFlight).toBeLessThanOrEqual(Math.max(limit, before))
        }
        while (ended < all.length) {
          while (ended < running.length) running[ended++]!.end()
          await new Promise((resolve) => {
            setImmediate(resolve)
          })
        }
        await Promise.all(all)
      },
    ),
    { numRuns: 50 },
  )
})

test('a ceiling holds however much is allowed otherwise, and is never below one', async () => {
  const admission = openAdmission(16, fakeClock())
  admission.setCeiling(4)
  expect(admission.state().limit).toBe(4)
  await admission.run(async (ticket) => admission.congested(ticket))
  admission.setCeiling(16)
  expect(admission.state().limit).toBe(1)
  admission.setCeiling(0)
  expect(admission.state().limit).toBe(1)
})
