import { z } from 'zod'
import { RunError } from '../../schemas/errors.ts'

/** Billionths of a US dollar, and tokens. */
export const SlotAmount = z.strictObject({
  nano_usd: z.int().nonnegative(),
  tokens: z.int().nonnegative(),
})
export type SlotAmount = z.infer<typeof SlotAmount>

/** What a slot of the budget's log says. Like those of shards they are numbered, and each is made once. */
export const BudgetSlot = z.discriminatedUnion('type', [
  /** Nobody else is at work: everything before counts no more, since it is part of `spent`. */
  z.strictObject({ type: z.literal('open'), worker: z.string(), serial: z.int(), spent: SlotAmount }),
  /** A worker may spend so much in all from now on, of which it has spent a part. */
  z.strictObject({
    type: z.literal('hold'),
    worker: z.string(),
    /** Counted by each worker, so that no two of its slots are the same. */
    serial: z.int(),
    /** What the names of its attempts in journals begin with, behind their number: whose holding it is. */
    attempt: z.string(),
    amount: SlotAmount,
    /** Whether it may give some of it back; otherwise it is what was spent. */
    open: z.boolean(),
  }),
  /** What was spent by the holder of an attempt whose worker was taken for dead. */
  z.strictObject({
    type: z.literal('settle'),
    worker: z.string(),
    serial: z.int(),
    attempt: z.string(),
    amount: SlotAmount,
  }),
])
export type BudgetSlot = z.infer<typeof BudgetSlot>

/** What one worker has of the budget. */
export type Holding = { worker: string; amount: SlotAmount; open: boolean; settled: boolean }

/** What the log of a budget adds up to. */
export type BudgetAccount = {
  /** Before the workers of now began; `undefined` where no worker has begun. */
  spent: SlotAmount | undefined
  /** By their attempts. */
  holdings: ReadonlyMap<string, Holding>
}

/**
 * Adds up the log of a budget. A worker that was settled is out: a slot that it makes after it woke counts as little as a
 * second settlement.
 *
 * @throws RunError when a slot that counts cannot be read: what it set aside is not known
 */
export function accountOf(slots: readonly { number: number; item: BudgetSlot | undefined }[]): BudgetAccount {
  const opened = slots.findLastIndex(({ item }) => item?.type === 'open')
  const first = slots[opened]?.item
  const holdings = new Map<string, Holding>()
  for (const { number, item } of slots.slice(opened + 1)) {
    if (item === undefined)
      throw new RunError(
        `slot ${number} of leases/budget cannot be read, so what of the budget is set aside is not known: let every process of the run end, then start one of them alone`,
      )
    if (item.type === 'open') continue
    const { attempt, amount, worker } = item
    const before = holdings.get(attempt)
    if (before?.settled === true) continue
    if (item.type === 'hold') holdings.set(attempt, { worker, amount, open: item.open, settled: false })
    else if (before) holdings.set(attempt, { ...before, amount, open: false, settled: true })
  }
  return { spent: first?.type === 'open' ? first.spent : undefined, holdings }
}
