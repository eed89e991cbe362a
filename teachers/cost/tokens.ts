import { createRequire } from 'node:module'
import type * as HarmonyModule from 'gpt-tokenizer/encoding/o200k_harmony'
import { cutLongRuns } from './text-pieces.ts'

const require = createRequire(import.meta.url)
type Harmony = typeof HarmonyModule
let harmony: Harmony | undefined

/** Loaded with the first text: the vocabulary takes 60 MB, and most commands count nothing. */
const countHarmony: Harmony['countTokens'] = (...given) => {
  harmony ??= require('gpt-tokenizer/encoding/o200k_harmony') as Harmony
  return harmony.countTokens(...given)
}

/** The vocabulary that every trace is counted with, so that lengths of different teachers compare. */
export const tokenizerName = 'o200k_harmony'

/** Counts the tokens of a model's texts. */
export type TokenCounter = {
  /** What is stored as the origin of a count. */
  name: string
  /** Whether it is the vocabulary of the model itself. */
  exact: boolean
  count(text: string): number
}

/** Special tokens in a text are text, not control. */
const asText = { disallowedSpecial: new Set<string>() }

/**
 * Tokens of a text. `estimated` when a very long run without a break was counted in pieces, each of which may add one
 * token too many.
 */
export function countTokens(text: string): { tokens: number; estimated: boolean } {
  let tokens = 0
  let pieces = 0
  for (const piece of cutLongRuns(text.toWellFormed())) {
    tokens += countHarmony(piece, asText)
    pieces += 1
  }
  return { tokens, estimated: pieces > 1 }
}

/** The counter with the vocabulary that every trace is counted with. */
export const harmonyCounter: TokenCounter = {
  name: tokenizerName,
  exact: true,
  count: (text) => countTokens(text).tokens,
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
