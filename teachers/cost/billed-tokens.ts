import type { Arm, ChatRequest } from '../../schemas/arm.ts'
import type { Billed } from '../../schemas/trace.ts'
import type { ReadAnswer } from '../reply/read-answer.ts'
import { tokenCounterOf } from './token-counter.ts'
import type { TokenCounter } from './tokens.ts'

/** Tokens that a chat template adds to each message, about. */
const messageTokens = 4

/**
 * What a response was billed for: the server's counts, and where it leaves one out an estimate from the texts. A reasoning
 * that the server keeps to itself cannot be estimated and is missing from it.
 * @throws UsageError when the arm's tokenizer cannot be read
 */
export function billedTokens(
  arm: Pick<Arm, 'teacher' | 'tokenizer'>,
  request: Pick<ChatRequest, 'messages'>,
  { usage, reasoning, answer }: Pick<ReadAnswer, 'usage' | 'reasoning' | 'answer'>,
): Billed {
  const { prompt_tokens, completion_tokens } = usage
  if (prompt_tokens !== null && completion_tokens !== null)
    return { prompt_tokens, completion_tokens, estimated: false, counted_with: 'server' }
  const counter = tokenCounterOf(arm)
  return {
    prompt_tokens: prompt_tokens ?? promptTokens(request, counter),
    completion_tokens: completion_tokens ?? counter.count(reasoning) + counter.count(answer),
    estimated: true,
    counted_with: counter.name,
  }
}

function promptTokens({ messages }: Pick<ChatRequest, 'messages'>, counter: TokenCounter): number {
  return messages.reduce((sum, { content }) => sum + messageTokens + counter.count(content), 0)
}
