import type { ChatRequest } from '../../schemas/arm.ts'
import { emptyBill, type Bill } from '../../schemas/bill.ts'
import type { Attempt } from '../../schemas/journal.ts'
import { billOf } from './bill.ts'

/** Money set aside for one try. */
export type Reservation = {
  /** Told once, what the try was billed for; nothing for one that never left. */
  settle(bill: Bill): void
}

/**
 * Makes one try with money set aside for it, and settles with what the try is known to have been billed for.
 *
 * @param attempts where the try is added when it has come to an end
 */
export async function underReservation(
  open: ((request: ChatRequest) => Promise<Reservation>) | undefined,
  request: ChatRequest,
  attempts: readonly Attempt[],
  run: () => Promise<unknown>,
): Promise<unknown> {
  if (open === undefined) return run()
  const cover = await open(request)
  const before = attempts.length
  let body: unknown
  try {
    body = await run()
    return body
  } finally {
    const own = attempts.slice(before)
    cover.settle(own.length === 0 ? emptyBill() : billOf(own, body))
  }
}
