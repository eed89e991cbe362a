import { countTokens as countHarmony } from 'gpt-tokenizer/encoding/o200k_harmony'

/** The vocabulary that every trace is counted with, so that lengths of different teachers compare. */
export const tokenizerName = 'o200k_harmony'

/** Special tokens in a text are text, not control. */
const asText = { disallowedSpecial: new Set<string>() }

/** Unbroken runs cost the tokenizer the square of their length, and looping models write very long ones. */
const longRun = /[\p{L}\p{M}]{512}|\s{512}|[^\s\p{L}\p{M}\p{N}]{512}/gu

/**
 * Tokens of a text. `estimated` when a very long run without a break was counted in pieces, each of which may add one
 * token too many.
 */
export function countTokens(text: string): { tokens: number; estimated: boolean } {
  const wellFormed = text.toWellFormed()
  let tokens = 0
  let start = 0
  for (const run of wellFormed.matchAll(longRun)) {
    const end = run.index + run[0].length
    tokens += countHarmony(wellFormed.slice(start, end), asText)
    start = end
  }
  return { tokens: tokens + countHarmony(wellFormed.slice(start), asText), estimated: start > 0 }
}

/** What a chat template adds to each message, of the templates in use the most. */
const tokensAroundMessage = 16

/** Tokens of a request's messages. Other vocabularies count somewhat otherwise, so it is an estimate. */
export function promptTokens(messages: readonly { content: string }[]): number {
  return messages.reduce((sum, { content }) => sum + countTokens(content).tokens + tokensAroundMessage, 0)
}
