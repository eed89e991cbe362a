import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openBudget, type Amount, type Reservation } from '../../pipeline/engine/budget.ts'
import { StoppedError } from '../../schemas/errors.ts'

const usd = (dollars: number): Amount => ({ nano_usd: dollars * 1e9, tokens: 0 })

/** Lets everything run that can. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('a budget', () => {
  test('without a limit lets everything through and still adds up', async () => {
    const budget = openBudget({})
    const reservations = await Promise.all([budget.reserve(usd(5)), budget.reserve(usd(7))])
    for (const reservation of reservations) reservation.settle({ nano_usd: 2, tokens: 3 })
    expect(budget).toMatchObject({ limited: false })
    expect(budget.state()).toMatchObject({ spent: { nano_usd: 4, tokens: 6 }, reserved: usd(0) })
  })

  test('has the next request wait for others to settle, and goes on with what they left', async () => {
    const budget = openBudget({ usd: 1 })
    const first = await budget.reserve(usd(0.6))
    let granted = false
    const second = budget.reserve(usd(0.6)).then((reservation) => {
      granted = true
      return reservation
    })
    await turn()
    expect(granted).toBe(false)
    first.settle(usd(0.3))
    ;(await second).settle(usd(0.5))
    expect(budget.state().spent).toEqual(usd(0.8))
  })

  test('ends the run only when nothing is under way that could leave something', async () => {
    const budget = openBudget({ usd: 1 })
    const first = await budget.reserve(usd(0.6))
    const second = budget.reserve(usd(0.6))
    const third = budget.reserve(usd(0.1))
    first.settle(usd(0.6))
    await expect(second).rejects.toThrow(
      'the budget is used up: $0.6000 of $1 (budget.usd) spent, and the next request may take up to $0.6000: raise the budget in the recipe to go on',
    )
    await expect(third).rejects.toBeInstanceOf(StoppedError)
    await expect(budget.reserve(usd(0))).rejects.toBeInstanceOf(StoppedError)
  })

  test('of tokens binds beside one of dollars, and counts what earlier starts spent', async () => {
    const budget = openBudget({ usd: 1, tokens: 100 }, { spent: { nano_usd: 1, tokens: 60 } })
    ;(await budget.reserve({ nano_usd: 0, tokens: 40 })).settle({ nano_usd: 0, tokens: 40 })
    await expect(budget.reserve({ nano_usd: 0, tokens: 1 })).rejects.toThrow('100 of 100 tokens')
  })

  test('gives a reservation back once, however often it is settled', async () => {
    const budget = openBudget({ usd: 1 })
    const reservation = await budget.reserve(usd(1))
    reservation.settle(usd(0.25))
    reservation.settle(usd(0.25))
    expect(budget.state()).toEqual({ spent: usd(0.25), reserved: usd(0), waiting: 0 })
  })

  test('takes the end of the run for an answer', async () => {
    const stop = new AbortController()
    const budget = openBudget({ usd: 1 }, { stop: stop.signal })
    await budget.reserve(usd(1))
    const waiting = budget.reserve(usd(1))
    stop.abort(new StoppedError('stopped by a signal'))
    await expect(waiting).rejects.toThrow('stopped by a signal')
    await expect(budget.reserve(usd(0))).rejects.toThrow('stopped by a signal')
  })

  test('sets more aside once a bill has gone beyond the worst case', async () => {
    const budget = openBudget({ usd: 1 })
    ;(await budget.reserve(usd(0.1))).settle(usd(0.2))
    await budget.reserve(usd(0.1))
    expect(budget.state().reserved).toEqual(usd(0.2))
  })
})

test('whatever the order, a budget is never exceeded, nothing is lost, and it ends within one worst case', async () => {
  const request = fc.record({
    worst: fc.integer({ min: 1, max: 100 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    settleOrder: fc.nat(),
    wait: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(request, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 2000 }),
      fc.constantFrom('usd', 'tokens'),
      async (requests, limit, kind) => {
        const amount = (value: number): Amount =>
          kind === 'usd' ? { nano_usd: value, tokens: 0 } : { nano_usd: 0, tokens: value }
        const unit = kind === 'usd' ? 'nano_usd' : 'tokens'
        const budget = openBudget(kind === 'usd' ? { usd: limit / 1e9 } : { tokens: limit })
        const most = kind === 'usd' ? Math.floor((limit / 1e9) * 1e9) : limit
        const open: { reservation: Reservation; actual: number; order: number }[] = []
        const refused: number[] = []
        let paid = 0
        const holds = (): void => {
          const { spent, reserved } = budget.state()
          expect(spent[unit] + reserved[unit]).toBeLessThanOrEqual(most)
          expect(spent[unit]).toBe(paid)
        }
        const settleOne = (): void => {
          open.sort((a, b) => a.order - b.order)
          const { reservation, actual } = open.shift()!
          paid += actual
          reservation.settle(amount(actual))
        }
        for (const { worst, share, settleOrder, wait } of requests) {
          budget.reserve(amount(worst)).then(
            (reservation) =>
              open.push({ reservation, actual: Math.floor(worst * share), order: settleOrder }),
            () => refused.push(worst),
          )
          if (wait) await turn()
          holds()
          if (wait && settleOrder % 2 === 0 && open.length > 0) settleOne()
        }
        for (await turn(); open.length > 0; await turn()) {
          settleOne()
          holds()
        }
        expect(budget.state()).toMatchObject({ reserved: amount(0), waiting: 0 })
        // The first that was refused did not fit beside what had been spent alone.
        if (refused.length > 0) expect(paid + refused[0]!).toBeGreaterThan(most)
      },
    ),
    { numRuns: 300 },
  )
})
