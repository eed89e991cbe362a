import type { Arm, ChatRequest } from '../../schemas/arm.ts'
import type { Usage } from '../../schemas/trace.ts'
import { tokenCounterOf } from './token-counter.ts'
import { countTokens } from './tokens.ts'

/** Tokens that any server takes: a shorter prompt is never cut, whatever the server says that it read. */
const shortPrompt = 512

/**
 * Least part of the own count that a server must say it read. Vocabularies differ by up to a third on the same text; with
 * the model's own only the words of the chat template differ, and they make the server's count larger.
 */
const leastShare = { exact: 0.9, other: 0.5 }

/**
 * A prompt that is cut fills the context to the last token, and contexts are multiples of this. An uncut one meets such a
 * number by chance once in as many, and then reads longer than the own count, which knows no words of the template.
 */
const contextStep = 512
const leastShareOfFull = 1

/**
 * Whether the server cut a prompt that was too long for its context and said nothing, as Ollama does: then it answered
 * another question. Returns why it is taken for cut, in one line, and `undefined` where nothing speaks for it.
 * @throws UsageError when the arm's tokenizer cannot be read
 */
export function promptWasCut(
  arm: Pick<Arm, 'teacher' | 'tokenizer'>,
  { messages }: Pick<ChatRequest, 'messages'>,
  usage: Pick<Usage, 'prompt_tokens' | 'cached_tokens'>,
): string | undefined {
  // Zero is what servers send that do not count.
  if (usage.prompt_tokens === null || usage.prompt_tokens === 0) return undefined
  const text = messages.map(({ content }) => content).join('\n')
  if (text.length < shortPrompt) return undefined
  const counter = tokenCounterOf(arm)
  const own = counter.exact ? counter.count(text) : countTokens(text).tokens
  if (own < shortPrompt) return undefined
  // Some servers leave out what they found in their cache.
  const cached = usage.cached_tokens ?? 0
  const read = usage.prompt_tokens + (cached > usage.prompt_tokens ? cached : 0)
  const full = read % contextStep === 0
  const least = full ? leastShareOfFull : leastShare[counter.exact ? 'exact' : 'other']
  if (read >= own * least) return undefined
  return `the server read ${read} tokens of a prompt that has about ${own}: give it a longer context (Ollama: OLLAMA_CONTEXT_LENGTH), then state another revision in the arm to ask again`
}
