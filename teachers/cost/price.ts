import { ownMember } from '../../schemas/own-member.ts'
import type { Bill, Tokens } from '../../schemas/bill.ts'
import type { Price, Rates } from '../endpoint-options.ts'

/** What a model's tokens cost at an endpoint; `undefined` where the recipe does not say. */
export function ratesOf(price: Price | undefined, model: string): Rates | undefined {
  if (price === undefined) return undefined
  const own = price.models && ownMember(price.models, model)
  if (own !== undefined) return own
  const { input, output, cached_input, batch } = price
  if (input === undefined || output === undefined) return undefined
  return { input, output, cached_input, batch }
}

/** The prices of a provider's batch interface: all of them with its discount. */
export function batchRates({ input, output, cached_input = input, batch = 1 }: Rates): Rates {
  return { input: input * batch, output: output * batch, cached_input: cached_input * batch }
}

/** Cost of tokens in billionths of a US dollar. Reasoning is part of the completion tokens and not added again. */
export function nanoUsd(tokens: Tokens, { input, output, cached_input = input }: Rates): number {
  const cached = Math.min(tokens.cached, tokens.prompt)
  // A million tokens at a dollar: 1,000 billionths each.
  return ((tokens.prompt - cached) * input + cached * cached_input + tokens.completion * output) * 1000
}

/**
 * What a bill comes to in billionths of a US dollar: what servers said they charged, and the other tokens at their price.
 * `null` when neither is known.
 */
export function billedNanoUsd(bill: Bill, rates: Rates | undefined): number | null {
  const { charged, batch } = bill
  if (rates === undefined) return charged.prompt + charged.completion > 0 ? charged.nano_usd : null
  const others = {
    prompt: bill.prompt - charged.prompt - batch.prompt,
    cached: bill.cached - charged.cached - batch.cached,
    completion: bill.completion - charged.completion - batch.completion,
  }
  return charged.nano_usd + nanoUsd(batch, batchRates(rates)) + nanoUsd(others, rates)
}
