import type { ChatRequest } from '../../schemas/arm.ts'
import { emptyBill, type Bill } from '../../schemas/bill.ts'
import type { Attempt } from '../../schemas/journal.ts'
import { billOf } from './bill.ts'

/** A part of the budget that is set aside for one try. */
export type Reservation = {
  /** Replaces the reserved amount by the bill of the try, once. The bill is empty for a try that was never sent. */
  settle(bill: Bill): void
}

/**
 * Makes one try under a reservation, and settles the reservation with the bill of that try, however the try ends.
 *
 * @param reserve opens the reservation; left out where the run has no budget
 * @param attempts the list to which `run` adds the try when it ends
 */
export async function underReservation(
  reserve: ((request: ChatRequest) => Promise<Reservation>) | undefined,
  request: ChatRequest,
  attempts: readonly Attempt[],
  run: () => Promise<unknown>,
): Promise<unknown> {
  if (reserve === undefined) return run()
  const reservation = await reserve(request)
  const before = attempts.length
  let body: unknown
  try {
    body = await run()
    return body
  } finally {
    const made = attempts.slice(before)
    reservation.settle(made.length === 0 ? emptyBill() : billOf(made, body))
  }
}
