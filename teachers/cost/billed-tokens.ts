import type { Arm, ChatRequest } from '../../schemas/arm.ts'
import type { Attempt } from '../../schemas/journal.ts'
import type { Billed } from '../../schemas/trace.ts'
import { readAnswer, type ReadAnswer } from '../reply/read-answer.ts'
import { readUsage } from '../reply/read-usage.ts'
import { tokenCounterOf } from './token-counter.ts'
import { promptTokens, type TokenCounter } from './tokens.ts'

/** Whose tokens are counted: the arm says by which tokenizer, and how its answers are read. */
export type CountedArm = Pick<Arm, 'teacher' | 'tokenizer' | 'mode'>

/**
 * What a response was billed for: the server's counts, and where it leaves one out an estimate from the texts. A reasoning
 * that the server keeps to itself cannot be estimated and is missing from it.
 * @throws UsageError when the arm's tokenizer cannot be read
 */
export function billedTokens(
  arm: Pick<Arm, 'teacher' | 'tokenizer'>,
  request: CountedPrompt,
  { usage, reasoning, answer }: Pick<ReadAnswer, 'usage' | 'reasoning' | 'answer'>,
): Billed {
  const { prompt_tokens, completion_tokens } = usage
  if (prompt_tokens !== null && completion_tokens !== null)
    return { prompt_tokens, completion_tokens, estimated: false, counted_with: 'server' }
  const counter = tokenCounterOf(arm)
  return {
    prompt_tokens: prompt_tokens ?? countedPrompt(request, counter),
    completion_tokens: completion_tokens ?? counter.count(reasoning) + counter.count(answer),
    estimated: true,
    counted_with: counter.name,
  }
}

/** A request's prompt, or the count of it that was taken when the request left. */
export type CountedPrompt = Pick<ChatRequest, 'messages'> | { prompt_tokens: number }

function countedPrompt(request: CountedPrompt, counter: TokenCounter): number {
  return 'messages' in request ? promptTokens(request.messages, counter) : request.prompt_tokens
}

/** Who asks where nobody says: any model, which may have reasoned. */
const anybody: CountedArm = { teacher: 'generic', tokenizer: '', mode: 'thinking' }

export type BilledTry = Pick<Attempt, 'completion_tokens' | 'prompt_tokens' | 'estimated'>

/**
 * What a try was billed for, as its line in the journal keeps it: nothing for an answer that states it itself, the
 * server's word on a broken answer, else what is counted here, as the sealed part will count it.
 *
 * @param body of the answer, or the part of it that arrived
 */
export function billedTry(
  body: unknown,
  request: CountedPrompt,
  { answered, arm = anybody }: { answered: boolean; arm?: CountedArm | undefined },
): BilledTry {
  if (body === undefined) return { completion_tokens: null }
  const usage = readUsage(body)
  // Nearly all answers end here: their texts need not be read.
  if (answered && usage.prompt_tokens !== null && usage.completion_tokens !== null)
    return { completion_tokens: null }
  const { reasoning, answer } = readAnswer(body, arm)
  const billed = billedTokens(arm, request, { usage, reasoning, answer })
  // An answer that states its completion alone is billed for that by its usage; only the prompt has to be counted.
  const completion_tokens = answered && usage.completion_tokens !== null ? null : billed.completion_tokens
  const { prompt_tokens, estimated } = billed
  return { completion_tokens, prompt_tokens, ...(estimated && { estimated }) }
}
