import type { ChatRequest } from '../../schemas/arm.ts'
import { totalTokens, type Bill, type Tokens } from '../../schemas/bill.ts'
import { UsageError } from '../../schemas/errors.ts'
import type { Reservation } from '../../teachers/cost/reservation.ts'
import type { AskOptions } from '../../teachers/endpoint/endpoint-client.ts'
import type { EndpointClient } from '../../teachers/endpoint/endpoint.ts'
import type { Price, Rates } from '../../teachers/endpoint-options.ts'
import { billedNanoUsd, nanoUsd, ratesOf } from '../../teachers/cost/price.ts'
import { promptTokens } from '../../teachers/cost/tokens.ts'
import { nothing, type Amount, type Budget } from './budget.ts'

/**
 * Vocabularies differ: one that has a token for every digit needs half as many tokens again as the one used for
 * counting.
 */
const promptMargin = 1.5

/**
 * Room for what templates and providers put before the messages, which we cannot count; gpt-oss has up to 90 tokens
 * there.
 */
const templateTokens = 128

/** An endpoint that sends no try without a reservation for the most that it may cost. */
export function withBudget(client: EndpointClient, budget: Budget, price: Price | undefined): EndpointClient {
  async function reserve(sent: ChatRequest): Promise<Reservation> {
    const rates = ratesOf(price, sent.model)
    const worst = budget.limited ? amountOf(worstCase(sent) ?? unbounded(sent), rates) : nothing
    const reservation = await budget.reserve(worst)
    return { settle: (bill) => reservation.settle(billedAmount(bill, rates)) }
  }
  /** Where others would have to count this request, its intent says what it may cost. */
  function sending<Options extends Pick<AskOptions, 'onSend'>>(
    options: Options,
    request: ChatRequest,
  ): Options {
    const { onSend } = options
    if (!budget.shared || onSend === undefined) return options
    const { prompt, completion } = worstCase(request) ?? unbounded(request)
    return { ...options, onSend: () => onSend({ prompt, completion }) }
  }
  return {
    ...client,
    ask: (request, options = {}) => client.ask(request, { ...sending(options, request), reserve }),
    streamForm: (request, options) => client.streamForm(request, { ...sending(options, request), reserve }),
  }
}

/** What a bill takes out of a budget; tokens without a price cost nothing. */
export function billedAmount(bill: Bill, rates: Rates | undefined): Amount {
  return { nano_usd: Math.ceil(billedNanoUsd(bill, rates) ?? 0), tokens: totalTokens(bill) }
}

/** What tokens take out of a budget; those without a price cost nothing. */
export function amountOf(tokens: Tokens, rates: Rates | undefined): Amount {
  return { nano_usd: rates ? Math.ceil(nanoUsd(tokens, rates)) : 0, tokens: totalTokens(tokens) }
}

/**
 * The prompt as counted here with a margin, none of it cached, and every token that may be generated. `undefined` where
 * their number is not known.
 */
export function worstCase(request: ChatRequest): Tokens | undefined {
  const limit = request['max_tokens'] ?? request['max_completion_tokens']
  if (typeof limit !== 'number') return undefined
  const prompt = Math.ceil(promptTokens(request.messages) * promptMargin) + templateTokens
  const choices = typeof request['n'] === 'number' ? request['n'] : 1
  return { prompt, cached: 0, completion: choices * limit }
}

/** @throws UsageError always */
export function unbounded({ model }: Pick<ChatRequest, 'model'>): never {
  throw new UsageError(
    `a budget needs to know how long an answer of ${model} may become: state max_completion_tokens as a number, or take it out of extra_body`,
  )
}
