import { openTokenCounter, type TokenCount } from './o200k/count.ts'

let counter: ReturnType<typeof openTokenCounter> | undefined

/** The vocabulary that every trace is counted with, so that lengths of different teachers compare. */
export const tokenizerName = 'o200k_harmony'

/** Counts the tokens of a model's texts. */
export type TokenCounter = {
  /** What is stored as the origin of a count. */
  name: string
  /** Whether it is the vocabulary of the model itself. */
  exact: boolean
  count: (text: string) => number
  /** The count, and whether the model itself may count a few tokens more or less. */
  measure: (text: string) => TokenCount
}

/**
 * Tokens of a text. Special tokens in it are text, not control. The vocabulary is loaded with the first text, because most
 * commands count nothing.
 */
export function countTokens(text: string): TokenCount {
  counter ??= openTokenCounter()
  return counter(text)
}

/** The counter with the vocabulary that every trace is counted with. */
export const harmonyCounter: TokenCounter = {
  name: tokenizerName,
  exact: true,
  count: (text) => countTokens(text).tokens,
  measure: countTokens,
}

/**
 * What a chat template writes around one message. Llama 3 and harmony write four marks or words of their own (start, role,
 * end of the header, end of the message), ChatML five with its line breaks, DeepSeek two; OpenAI's own recipe for counting
 * a chat says three and the role. What stands before the first message differs too much between models to be counted
 * here: it is missing from the estimate, and the budget adds room for it.
 */
const tokensAroundMessage = 4

/**
 * Tokens of a request's messages, an estimate. Journal, budget and sealed parts all count prompts with this, so that what
 * they add up agrees where a server leaves its usage out.
 */
export function promptTokens(
  messages: readonly { content: string }[],
  counter: TokenCounter = harmonyCounter,
): number {
  return messages.reduce((sum, { content }) => sum + counter.count(content) + tokensAroundMessage, 0)
}
