import { RunError } from '../../../schemas/errors.ts'
import type {
  BudgetAccount,
  BudgetSlot,
  Holding,
  SlotAmount as Amount,
} from '../../../store/budget/budget-slot.ts'
import type { Allowance, AllowanceMeans, Usage } from './allowance.ts'
import { chunk, fits, isSame, minus, nothing, plus, sumOf, sumOfHoldings } from './amounts.ts'

/**
 * Shares a budget between workers by a log of slots, each made once: before a worker spends anything, a slot on disk says
 * up to how much. So the sum of what all may spend never exceeds the limit, whoever dies, freezes or wakes. What a dead
 * worker has not spent is given back by one slot that settles it, after its burial: no request leaves before its intent is on
 * disk and a look has shown no grave, so everything that it sends later is counted in its journals.
 *
 * @param spent what the run had spent before any of these workers began, unless others are at work: then their log says it
 */
export async function openAllowance(means: AllowanceMeans, spent: Amount | 'others'): Promise<Allowance> {
  const { log, worker, attempt, cap } = means
  let serial = 0
  let base: Amount = nothing
  let held: Amount = nothing
  let given: Amount = base
  let usage: () => Usage = () => ({ spent: base, reserved: nothing, open: 0, needed: undefined })
  let queue: Promise<unknown> = Promise.resolve()
  let restless: Amount | undefined

  /** Slots are decided one after the other, because each follows from what the one before said. */
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = queue.then(work)
    queue = result.catch(() => undefined)
    return result
  }

  async function read(): Promise<{ account: BudgetAccount; next: number }> {
    const found = await log.read()
    given = sumOf(found.account)
    return found
  }

  async function put(next: number, slot: BudgetSlot): Promise<boolean> {
    serial += 1
    return log.put(next, slot)
  }

  function hold(next: number, amount: Amount, open: boolean): Promise<boolean> {
    return put(next, { type: 'hold', worker, serial, attempt, amount, open })
  }

  async function settle(next: number, of: string, holding: Holding): Promise<void> {
    await means.bury(holding.worker)
    const found = await means.spentBy(of)
    const amount = found === 'unknown' ? holding.amount : found
    await put(next, { type: 'settle', worker, serial, attempt: of, amount })
  }

  /** What is in use of the own holding, and what the first that waits needs beside it. */
  function use(): { spent: Amount; inUse: Amount; open: number; needed: Amount | undefined } {
    const { spent: all, reserved, open, needed } = usage()
    const own = minus(all, base)
    return { spent: own, inUse: plus(own, reserved), open, needed }
  }

  async function take(): Promise<'changed' | 'used up'> {
    for (;;) {
      await means.requireAlive()
      const { account, next } = await read()
      const others = [...account.holdings].filter(([of]) => of !== attempt)
      const free = minus(cap, plus(base, sumOfHoldings(others.map(([, holding]) => holding))))
      const { inUse, needed } = use()
      if (needed === undefined || fits(plus(inUse, needed), held, cap)) return 'changed'
      if (fits(plus(inUse, needed), free, cap)) {
        const amount = plus(inUse, chunk(minus(free, inUse), needed, await means.workers(), cap))
        if (!(await hold(next, amount, true))) continue
        held = amount
        return 'changed'
      }
      let waits = false
      for (const [of, holding] of others) {
        if (!holding.open) continue
        if ((await means.stateOf(holding.worker)) !== 'living') {
          await settle(next, of, holding)
          waits = true
          break
        }
        waits = true
      }
      if (await lower(account.holdings.get(attempt), next)) continue
      if (!waits) return 'used up'
      await means.pause()
    }
  }

  /**
   * Gives back what is not in use, which may be what another one waits for. It is out of reach before the slot is made.
   *
   * @returns whether there was anything to say
   */
  async function lower(mine: Holding | undefined, next: number): Promise<boolean> {
    const { inUse, open } = use()
    if (mine?.open !== true || (open > 0 && isSame(mine.amount, inUse))) return false
    held = inUse
    await hold(next, inUse, open > 0)
    return true
  }

  async function giveBack(): Promise<void> {
    for (;;) {
      const { account, next } = await read()
      const { open, needed } = use()
      if (open > 0 || needed !== undefined || !(await lower(account.holdings.get(attempt), next))) return
    }
  }

  base = await begin()
  return {
    attach(given) {
      const { spent: now } = usage()
      usage = given
      return now
    },
    most: () => ({ nano_usd: mostOf('nano_usd'), tokens: mostOf('tokens') }),
    extend: () => inTurn(take),
    async rest() {
      const { open, needed, spent: own } = use()
      // Between two requests nothing is open for a moment.
      const isResting = open === 0 && needed === undefined && isSame(own, restless)
      restless = own
      if (isResting) await inTurn(giveBack)
    },
    end: () => inTurn(giveBack),
    requireAlive: () => means.requireAlive(),
    given: () => given,
  }

  function mostOf(unit: keyof Amount): number {
    return cap[unit] === Infinity ? Infinity : base[unit] + held[unit]
  }

  async function begin(): Promise<Amount> {
    for (;;) {
      const { account, next } = await read()
      if (spent === 'others') {
        if (account.spent) return account.spent
        throw new RunError(
          'leases/budget does not say what was spent before the workers of now began: let every process of the run end, and start them again',
        )
      }
      if (await put(next, { type: 'open', worker, serial, spent })) return spent
    }
  }
}
