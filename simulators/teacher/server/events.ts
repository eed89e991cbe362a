import type { Completion } from '../faults/fault.ts'
import { tokenPieces } from '../tokens.ts'
import { CREATED, carried } from './completion.ts'

/** One event of a stream and the tokens that it brings. */
export type StreamEvent = { data: string; tokens: number }

/**
 * The events of a stream in order: the role, the text in pieces, the finish chunk, the usage chunk with no choices where
 * it was asked for, and the closing mark.
 */
export function* streamEvents(
  completion: Completion,
  chunkTokens: number,
  includeUsage: boolean,
): Generator<StreamEvent> {
  const head = `{"id":${JSON.stringify(completion.id)},"object":"chat.completion.chunk","created":${CREATED},"model":${JSON.stringify(completion.model)}`
  function event(delta: Record<string, unknown>, finishReason: string | null, tokens: number): StreamEvent {
    const choice = JSON.stringify([{ index: 0, delta, logprobs: null, finish_reason: finishReason }])
    return { data: `data: ${head},"choices":${choice}}\n\n`, tokens }
  }
  yield event({ role: 'assistant', content: '' }, null, 0)
  for (const segment of completion.segments) {
    for (const piece of tokenPieces(segment.text, chunkTokens)) {
      yield event(carried(segment, piece), null, chunkTokens)
    }
  }
  yield event({}, completion.finishReason, 0)
  if (includeUsage && completion.usage !== null) {
    yield { data: `data: ${head},"choices":[],"usage":${JSON.stringify(completion.usage)}}\n\n`, tokens: 0 }
  }
  yield { data: 'data: [DONE]\n\n', tokens: 0 }
}

/** The event with which servers report that generation failed. */
export const ERROR_EVENT =
  'data: {"error":{"message":"Internal server error during generation","type":"InternalServerError","param":null,"code":500}}\n\n'
