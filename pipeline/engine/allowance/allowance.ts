import type { BudgetLog } from '../../../store/budget/budget-log.ts'
import type { SlotAmount } from '../../../store/budget/budget-slot.ts'
import type { HolderState } from '../../../store/leases/claim-log.ts'

/** What a budget has given out, as far as this process knows. */
export type Usage = {
  spent: SlotAmount
  reserved: SlotAmount
  /** Reservations that are not settled. */
  open: number
  /** What the first that waits needs. */
  needed: SlotAmount | undefined
}

/** The part of a budget that a worker may spend, where several share it. */
export type Allowance = {
  /** Begins to serve a budget: what it counts as spent from the start. */
  attach(usage: () => Usage): SlotAmount
  /** The most that may be spent and reserved, what others spent before included. */
  most(): SlotAmount
  /**
   * Takes more of what is left, until the first that waits fits or waits no more.
   *
   * @returns `used up` where it does not fit and no other worker may give something back
   */
  extend(): Promise<'changed' | 'used up'>
  /** Gives back what is not in use, so that nobody waits for it. Called from time to time. */
  rest(): Promise<void>
  /** The same when nothing is asked any more. What is still open is settled by others, from the journals. */
  end(): Promise<void>
  /** @throws StoppedError when others have taken this worker for dead: nothing may be sent any more */
  requireAlive(): Promise<void>
  /** What all workers together have spent or set aside, as last seen. */
  given(): SlotAmount
}

/** What sharing a budget needs of the world. */
export type AllowanceMeans = {
  log: BudgetLog
  worker: string
  /** What the names of this worker's attempts in journals begin with, behind their number. */
  attempt: string
  /** The limits; without end where there is none. */
  cap: SlotAmount
  requireAlive(): Promise<void>
  stateOf(worker: string): Promise<HolderState>
  bury(worker: string): Promise<void>
  /** How many workers are at work, this one included. */
  workers(): Promise<number>
  /** What a worker has spent that was buried, and what it may have; `unknown` where its journals do not say. */
  spentBy(attempt: string): Promise<SlotAmount | 'unknown'>
  /** Waits a little for what others do; rejects when this worker is to stop. */
  pause(): Promise<void>
}
