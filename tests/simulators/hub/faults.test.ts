import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { faultDraw } from '../../../simulators/hub/faults/draw.ts'
import { hubFaults } from '../../../simulators/hub/faults/registry.ts'
import { callKinds } from '../../../simulators/hub/options.ts'
import type { CallKind, FaultPlan } from '../../../simulators/hub/options.ts'
import type { LoggedRequest } from '../../../simulators/hub/http/request-log.ts'
import { faultEffects, faultNames, seconds, strikes } from './fault-effects.ts'
import { ask, filledHub, repository } from './filled-hub.ts'

describe('each fault does on the wire what it says', () => {
  test('and there is a test of every one', () => {
    expect(Object.keys(faultEffects).sort()).toEqual(faultNames.toSorted())
  })

  test.each(faultNames)('%s', async (name) => {
    await using filled = await filledHub({ multipart: { from: 20_000, partSize: 10_000 } })
    const { hub } = filled
    const on = strikes[name]
    const start = hub.log.length
    hub.fault({ name, seconds, ...(on === undefined ? {} : { on }) })
    // `expired-url`, `rival-commit` and the like strike where they can; those for any call strike the first one.
    await faultEffects[name]!(hub)
    expect(hub.log.slice(start).filter(({ faults }) => faults.includes(name)).length).toBe(1)
  })
})

test('a plan says after how many calls, how often and on what it strikes', async () => {
  await using filled = await filledHub({
    faults: [
      { name: 'http-503', on: /^GET .*tree/, after: 1, times: 2 },
      { name: 'http-500', on: ['whoami', 'refs'] },
    ],
  })
  const { hub } = filled
  const statuses: number[] = []
  for (let call = 0; call < 5; call++) {
    statuses.push((await ask(hub, `/api/datasets/${repository}/tree/main`)).status)
  }
  expect(statuses).toEqual([200, 503, 503, 200, 200])
  expect((await ask(hub, `/api/datasets/${repository}/refs`)).status).toBe(500)
  expect((await ask(hub, '/api/whoami-v2')).status).toBe(200)
  hub.fault({ name: 'http-500', times: 100 })
  expect((await ask(hub, '/api/whoami-v2')).status).toBe(500)
  hub.clearFaults()
  expect((await ask(hub, '/api/whoami-v2')).status).toBe(200)
})

test('an unknown fault is refused with the names that there are', () => {
  expect(() => faultDraw([{ name: 'nothing' }])).toThrow(/There is no fault nothing; .*rate-limit/)
})

describe('the random mode', () => {
  const kinds = fc.array(fc.constantFrom(...callKinds), { maxLength: 60 })

  test('strikes the same calls with the same faults for the same seed', () => {
    fc.assert(
      fc.property(kinds, fc.integer(), fc.double({ min: 0, max: 1, noNaN: true }), (calls, seed, rate) => {
        const plan = { name: '*', seed, rate }
        expect(struck(plan, calls)).toEqual(struck(plan, calls))
      }),
    )
  })

  test('never strikes a call with what cannot strike it, nor with what a retry does not mend', () => {
    fc.assert(
      fc.property(kinds, fc.integer(), (calls, seed) => {
        for (const [index, name] of struck({ name: '*', seed, rate: 1 }, calls).entries()) {
          const fault = hubFaults.find((candidate) => candidate.name === name)!
          expect(fault.kinds).toContain(calls[index])
          expect(fault.passing).toBe(true)
        }
      }),
    )
  })

  test('strikes at its rate', () => {
    const names = struck({ name: 'http-500', rate: 0.2, seed: 3 }, Array<CallKind>(2000).fill('tree'))
    const share = names.filter((name) => name !== undefined).length / names.length
    expect(share).toBeGreaterThan(0.15)
    expect(share).toBeLessThan(0.25)
  })
})

function struck(plan: FaultPlan, kinds: readonly CallKind[]): (string | undefined)[] {
  const draw = faultDraw([plan])
  return kinds.map((kind) => draw.strike({ kind, method: 'GET', path: '/' } as LoggedRequest)?.fault.name)
}
