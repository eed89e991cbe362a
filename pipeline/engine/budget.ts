import { BudgetSpentError } from '../../schemas/errors.ts'

/** Money in billionths of a US dollar, and tokens of prompt and completion together; whole numbers both. */
export type Amount = { nano_usd: number; tokens: number }

/** Upper bounds on what a run may spend; a missing one sets no limit. */
export type BudgetLimits = { usd?: number | undefined; tokens?: number | undefined }

/** An amount that is reserved for one request. */
export type Reservation = {
  /** Replaces the reservation by the actual amount and frees the rest. Only the first call counts. */
  settle(actual: Amount): void
}

/** Everything that a run may still buy. No request is sent without a reservation. */
export type Budget = {
  /** Whether there is a limit at all. A run without one need not know what a request may cost. */
  limited: boolean
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
}

type Waiting = {
  worst: Amount
  resolve: (reservation: Reservation) => void
  reject: (reason: unknown) => void
}

/** Keeps the sum of what is spent and what is reserved below the limits, in every order of events. */
export function openBudget(limits: BudgetLimits, { spent: before, stop }: BudgetOptions = {}): Budget {
  const most: Amount = {
    nano_usd: limits.usd === undefined ? Infinity : Math.floor(limits.usd * 1e9),
    tokens: limits.tokens ?? Infinity,
  }
  const limited = limits.usd !== undefined || limits.tokens !== undefined
  const spent: Amount = { ...(before ?? nothing) }
  const reserved: Amount = { ...nothing }
  let open = 0
  let waiting: Waiting[] = []
  let ended: { reason: unknown } | undefined
  /** The largest ratio of a bill to its worst case so far. It corrects prices or counts that are too low. */
  const beyond: Amount = { nano_usd: 1, tokens: 1 }

  function reserve(worst: Amount): Promise<Reservation> {
    if (stop?.aborted) return Promise.reject(stop.reason as Error)
    return new Promise((resolve, reject) => {
      waiting.push({ worst, resolve, reject })
      grant()
    })
  }

  function grant(): void {
    while (waiting.length > 0) {
      if (ended) return rejectAll(ended.reason)
      const [next] = waiting as [Waiting]
      const needed: Amount = {
        nano_usd: Math.ceil(next.worst.nano_usd * beyond.nano_usd),
        tokens: Math.ceil(next.worst.tokens * beyond.tokens),
      }
      if (!fits(needed)) {
        if (open > 0) return
        ended = { reason: new BudgetSpentError(spentMessage(limits, spent, needed)) }
        continue
      }
      waiting.shift()
      next.resolve(take(needed, next.worst))
    }
  }

  function fits(needed: Amount): boolean {
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
    reserve,
    spend,
    state: () => ({ spent: { ...spent }, reserved: { ...reserved }, waiting: waiting.length }),
    left: () => ({
      nano_usd: Math.max(0, most.nano_usd - spent.nano_usd - reserved.nano_usd),
      tokens: Math.max(0, most.tokens - spent.tokens - reserved.tokens),
    }),
  }
}

export const nothing: Readonly<Amount> = { nano_usd: 0, tokens: 0 }

/** Adds `more` to `sum`, or takes it away for a `sign` of -1. */
function add(sum: Amount, more: Amount, sign: 1 | -1): void {
  sum.nano_usd += sign * more.nano_usd
  sum.tokens += sign * more.tokens
}

function spentMessage({ usd, tokens }: BudgetLimits, spent: Amount, needed: Amount): string {
  const parts: string[] = []
  if (usd !== undefined) parts.push(`$${dollars(spent.nano_usd)} of $${usd} (budget.usd)`)
  if (tokens !== undefined) parts.push(`${spent.tokens} of ${tokens} tokens (budget.tokens)`)
  const next = usd === undefined ? `${needed.tokens} tokens` : `$${dollars(needed.nano_usd)}`
  return `the budget is used up: ${parts.join(', ')} spent, and the next request may take up to ${next}: raise the budget in the recipe to go on`
}

function dollars(nanoUsd: number): string {
  return (nanoUsd / 1e9).toFixed(4)
}
