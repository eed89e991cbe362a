import { BudgetSpentError } from '../../schemas/errors.ts'
import type { Allowance, Usage } from './allowance/allowance.ts'
import { capOf, spentMessage, type BudgetLimits } from './budget-limits.ts'

/** Money in billionths of a US dollar, and tokens of prompt and completion together; whole numbers both. */
export type Amount = { nano_usd: number; tokens: number }

/** An amount that is reserved for one request. */
export type Reservation = {
  /** Replaces the reservation by the actual amount and frees the rest. Only the first call counts. */
  settle(actual: Amount): void
}

/** Everything that a run may still buy. No request is sent without a reservation. */
export type Budget = {
  /** Whether there is a limit at all. A run without one need not know what a request may cost. */
  limited: boolean
  /** Whether other workers spend of it too. */
  shared: boolean
  /**
   * Reserves the most that a request may cost. Resolves at once where that fits within the limits; otherwise it waits, in
   * the order of the calls, until other reservations are settled.
   * @throws BudgetSpentError when it does not fit although nothing else is set aside, to every caller from then on; the
   *   reason of `stop` when the run ends
   */
  reserve(worst: Amount): Promise<Reservation>
  /**
   * Spends the most that a request may cost, without settling it later: the bill of a batch comes at another start.
   * @throws BudgetSpentError when it does not fit
   */
  spend(worst: Amount): void
  state(): { spent: Amount; reserved: Amount; waiting: number }
  /** What is neither spent nor reserved, without end where there is no limit. */
  left(): Amount
}

export type BudgetOptions = {
  /** What earlier starts have spent. */
  spent?: Amount
  /** The end of the run: nothing is reserved any more. */
  stop?: AbortSignal
  /** The part of this worker, where several share the limits. It knows what was spent before. */
  allowance?: Allowance | undefined
}

type Waiting = {
  worst: Amount
  resolve: (reservation: Reservation) => void
  reject: (reason: unknown) => void
}

/** Keeps the sum of what is spent and what is reserved below the limits, in every order of events. */
export function openBudget(
  limits: BudgetLimits,
  { spent: before, stop, allowance }: BudgetOptions = {},
): Budget {
  const cap = capOf(limits)
  const limited = limits.usd !== undefined || limits.tokens !== undefined
  const reserved: Amount = { ...nothing }
  let open = 0
  let waiting: Waiting[] = []
  let extending = false
  let ended: { reason: unknown } | undefined
  /** The largest ratio of a bill to its worst case so far. It corrects prices or counts that are too low. */
  const beyond: Amount = { nano_usd: 1, tokens: 1 }
  const spent: Amount = { ...(allowance?.attach(usage) ?? before ?? nothing) }

  function usage(): Usage {
    const [next] = waiting
    return { spent: { ...spent }, reserved: { ...reserved }, open, needed: next && neededBy(next.worst) }
  }

  async function reserve(worst: Amount): Promise<Reservation> {
    // A further try has no intent of its own, so it must not leave once others count what this worker has sent.
    if (allowance) await allowance.requireAlive()
    if (stop?.aborted) throw stop.reason
    return new Promise((resolve, reject) => {
      waiting.push({ worst, resolve, reject })
      grant()
    })
  }

  function grant(): void {
    while (waiting.length > 0) {
      if (ended) return rejectAll(ended.reason)
      const [next] = waiting as [Waiting]
      const needed = neededBy(next.worst)
      if (!fits(needed)) {
        if (allowance) return void extend(allowance)
        if (open > 0) return
        ended = { reason: new BudgetSpentError(spentMessage(limits, spent, needed)) }
        continue
      }
      waiting.shift()
      next.resolve(take(needed, next.worst))
    }
  }

  function neededBy(worst: Amount): Amount {
    return {
      nano_usd: Math.ceil(worst.nano_usd * beyond.nano_usd),
      tokens: Math.ceil(worst.tokens * beyond.tokens),
    }
  }

  /** Takes more of what all workers share, or learns that there is no more. */
  async function extend(shared: Allowance): Promise<void> {
    if (extending) return
    extending = true
    try {
      const found = await shared.extend()
      extending = false
      const { needed } = usage()
      // What is open here may leave something: whoever settles it tries again.
      if (found === 'used up' && needed && !fits(needed)) {
        if (open > 0) return
        ended = { reason: new BudgetSpentError(spentMessage(limits, shared.given(), needed)) }
      }
    } catch (error) {
      extending = false
      ended = { reason: error }
    }
    grant()
  }

  function fits(needed: Amount): boolean {
    const most = allowance?.most() ?? cap
    return (
      spent.nano_usd + reserved.nano_usd + needed.nano_usd <= most.nano_usd &&
      spent.tokens + reserved.tokens + needed.tokens <= most.tokens
    )
  }

  function spend(worst: Amount): void {
    if (!fits(worst)) throw new BudgetSpentError(spentMessage(limits, spent, worst))
    add(spent, worst, 1)
  }

  function take(needed: Amount, worst: Amount): Reservation {
    open += 1
    add(reserved, needed, 1)
    let settled = false
    return {
      settle(actual) {
        if (settled) return
        settled = true
        open -= 1
        add(reserved, needed, -1)
        add(spent, actual, 1)
        for (const unit of ['nano_usd', 'tokens'] as const)
          if (worst[unit] > 0) beyond[unit] = Math.max(beyond[unit], actual[unit] / worst[unit])
        grant()
      },
    }
  }

  function rejectAll(reason: unknown): void {
    const left = waiting
    waiting = []
    for (const { reject } of left) reject(reason)
  }

  stop?.addEventListener('abort', () => rejectAll(stop.reason), { once: true })

  return {
    limited,
    shared: allowance !== undefined,
    reserve,
    spend,
    state: () => ({ spent: { ...spent }, reserved: { ...reserved }, waiting: waiting.length }),
    left() {
      // What others have set aside counts as theirs, what this one has as its own.
      const given = allowance?.given()
      const [taken, most] = given && allowance ? [given, allowance.most()] : [nothing, cap]
      const of = (unit: keyof Amount): number =>
        Math.max(0, most[unit] - spent[unit] - reserved[unit]) +
        (given && cap[unit] !== Infinity ? Math.max(0, cap[unit] - taken[unit]) : 0)
      return { nano_usd: of('nano_usd'), tokens: of('tokens') }
    },
  }
}

export const nothing: Readonly<Amount> = { nano_usd: 0, tokens: 0 }

/** Adds `more` to `sum`, or takes it away for a `sign` of -1. */
function add(sum: Amount, more: Amount, sign: 1 | -1): void {
  sum.nano_usd += sign * more.nano_usd
  sum.tokens += sign * more.tokens
}
