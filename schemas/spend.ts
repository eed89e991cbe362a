import { z } from 'zod'
import { Bill } from './bill.ts'

const count = z.int().nonnegative()

/** What one arm (or judge) bought of one model: the sum of its lines in a journal. */
export const Bought = z.strictObject({
  arm: z.string(),
  /** Both empty in journals of earlier versions. */
  endpoint: z.string(),
  model: z.string(),
  requests: count,
  retries: count,
  answered: count,
  /** Requests that left and have no outcome on disk; they may have been paid for. */
  unsettled: count,
  /** Failed and repeated tries included, unsettled requests not. */
  bill: Bill,
  /** The assumed bill of the unsettled requests; it does not change once it is stored. */
  cut_off: Bill.optional(),
  /**
   * Tokens set aside for requests in batches less those whose outcome is here, by batch: over all attempts what is
   * awaited.
   */
  batches: z.record(z.string(), z.strictObject({ prompt: z.int(), completion: z.int() })).optional(),
})
export type Bought = z.infer<typeof Bought>

/** `spend.json` next to the journal files of one attempt, so that their cost is known without reading them. */
const summed = {
  /** Size of the journal files that were added up: of any other size, they are added up again. */
  bytes: count,
  bought: z.array(Bought),
}
export const SpendSummary = z.discriminatedUnion('format', [
  z.strictObject({ format: z.literal(1), ...summed }),
  /** With a checksum of the figures. */
  z.strictObject({ format: z.literal(2), ...summed, sum: z.string() }),
])
export type SpendSummary = z.infer<typeof SpendSummary>
