import { z } from 'zod'
import { escapeTags, renderThinking } from './think.ts'

/** A message as a template sees it: role and content, and where a shape has one, a field of its own for reasoning. */
export type ChatMessage = Readonly<Record<string, unknown> & { role: string; content: string }>

/** Where the reasoning stands in a training row. */
export const Shape = z.enum([
  /** In the content, in a think block. */
  'inline',
  /** In a field of the message. */
  'reasoning_content',
  'thinking',
  'reasoning',
])
export type Shape = z.infer<typeof Shape>

/** The fields of a message that some template or other reads reasoning from. */
const reasoningFields = ['reasoning_content', 'thinking', 'reasoning'] as const

/**
 * The assistant's message with its reasoning in the given place; `reasoning` is null for an answer without any. Tags that
 * the texts mention are escaped in every shape, because templates look for them in the content whatever the fields hold.
 */
export function shapedMessage(shape: Shape, reasoning: string | null, answer: string): ChatMessage {
  if (shape === 'inline') return { role: 'assistant', content: renderThinking(reasoning, answer) }
  const message = { role: 'assistant', content: escapeTags(answer) }
  return reasoning === null ? message : { ...message, [shape]: escapeTags(reasoning) }
}

/**
 * What transformers 5.21 and later do to a message before the template sees it: the first of the three reasoning fields
 * that is there is also found as `reasoning_content`, and as `thinking` where there is none.
 */
export function withAliases(message: ChatMessage): ChatMessage {
  const field = reasoningFields.find((name) => message[name] !== undefined && message[name] !== null)
  if (field === undefined) return message
  const reasoning = message[field]
  return { ...message, reasoning_content: reasoning, thinking: message['thinking'] ?? reasoning }
}

/** What transformers 5.24 and later do besides: members that are null are not passed on. */
export function withoutNulls(message: ChatMessage): ChatMessage {
  return Object.fromEntries(
    Object.entries(message).filter(([, value]) => value !== null && value !== undefined),
  ) as ChatMessage
}

/** Reasoning and answer as the message of a row has them; `reasoning` is null where it has none. */
export function partsOfMessage(message: ChatMessage): {
  shape: Shape | null
  reasoning: string | null
  answer: string
} {
  for (const shape of reasoningFields) {
    const reasoning = message[shape]
    if (typeof reasoning === 'string' && reasoning !== '')
      return { shape, reasoning, answer: message.content }
  }
  const block = /^<think>\n([\s\S]*?)\n<\/think>\n\n([\s\S]*)$/u.exec(message.content)
  if (!block) return { shape: null, reasoning: null, answer: message.content }
  return { shape: 'inline', reasoning: block[1]!, answer: block[2]! }
}
