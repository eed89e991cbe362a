import type { ReplyShape, Segment } from '../reply-shapes/reply-shape.ts'
import type { Completion } from '../faults/fault.ts'
import type { Taught } from '../teacher.ts'

/** A fixed time, so that equal requests get equal bytes: 2025-01-01T00:00:00Z. */
export const CREATED = 1_735_689_600

/** Puts an answer into the fields of a reply shape. */
export function completionOf(
  taught: Taught,
  model: string,
  promptTokens: number,
  shape: ReplyShape,
): Completion {
  const segments = shape.segments(taught.reply)
  return {
    id: `chatcmpl-sim-${taught.key}`,
    model,
    finishReason: taught.finishReason,
    message: messageOf(segments, shape),
    segments,
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: taught.completionTokens,
      total_tokens: promptTokens + taught.completionTokens,
      completion_tokens_details: { reasoning_tokens: taught.reasoningTokens },
    },
    tokens: taught.completionTokens,
  }
}

/** The body of a response that is not streamed. */
export function completionBody({ id, model, finishReason, message, usage }: Completion): string {
  return JSON.stringify({
    id,
    object: 'chat.completion',
    created: CREATED,
    model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishReason }],
    ...(usage === null ? {} : { usage }),
  })
}

/** Members that carry a piece of a segment, in a message or in a delta. */
export function carried(segment: Segment, text: string): Record<string, unknown> {
  const members: Record<string, unknown> = {}
  for (const field of segment.fields) members[field] = text
  if (segment.details === true) {
    members['reasoning_details'] = [{ type: 'reasoning.text', text, format: 'unknown', index: 0 }]
  }
  return members
}

function messageOf(segments: readonly Segment[], shape: ReplyShape): Record<string, unknown> {
  const message: Record<string, unknown> = { role: 'assistant', ...shape.emptyMessage }
  for (const segment of segments) {
    for (const [field, value] of Object.entries(carried(segment, segment.text))) {
      const before = message[field]
      message[field] = typeof before === 'string' && typeof value === 'string' ? before + value : value
    }
  }
  return message
}
