import { z } from 'zod'

const count = z.int().nonnegative()

/** Tokens as servers bill them. Sums of whole numbers, so that parts add up to their total exactly. */
export const Tokens = z.strictObject({
  prompt: count,
  /** Part of `prompt` that the server found in its prefix cache. */
  cached: count,
  /** Reasoning included. */
  completion: count,
})
export type Tokens = z.infer<typeof Tokens>

/** What requests were billed for; the sum of two bills is a bill. */
export const Bill = z.strictObject({
  ...Tokens.shape,
  /** The part of them whose cost the server itself stated, and that cost in billionths of a US dollar. */
  charged: z.strictObject({ ...Tokens.shape, nano_usd: count }),
  /** The part of them that came through batches, at their price; nothing of it is in `charged`. */
  batch: Tokens,
})
export type Bill = z.infer<typeof Bill>

export function noTokens(): Tokens {
  return { prompt: 0, cached: 0, completion: 0 }
}

export function emptyBill(): Bill {
  return { ...noTokens(), charged: { ...noTokens(), nano_usd: 0 }, batch: noTokens() }
}

export function addTokens(sum: Tokens, more: Tokens): void {
  sum.prompt += more.prompt
  sum.cached += more.cached
  sum.completion += more.completion
}

export function addBill(sum: Bill, more: Bill): void {
  addTokens(sum, more)
  addShares(sum, more)
}

/** Adds which part of a bill was charged or came through batches to a bill that has its tokens already. */
export function addShares(sum: Bill, more: Pick<Bill, 'charged' | 'batch'>): void {
  addTokens(sum.charged, more.charged)
  sum.charged.nano_usd += more.charged.nano_usd
  addTokens(sum.batch, more.batch)
}

/** Prompt and completion tokens together: the number that a token budget limits. */
export function totalTokens({ prompt, completion }: Tokens): number {
  return prompt + completion
}
