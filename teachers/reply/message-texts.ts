import type { ReasoningSource } from '../../schemas/trace.ts'
import { isObject } from '../json.ts'
import { isAnswerMember, namesReasoning } from './mark-names.ts'
import { isProse, partsOf, textIn } from './parts.ts'

/** Fields that servers use for reasoning, in the order in which they are trusted; equal texts in two are one reasoning. */
export const reasoningFields = [
  'reasoning',
  'reasoning_content',
  'reasoning_details',
  'thinking',
  'thinking_blocks',
  'content_parts',
  'other_field',
] as const satisfies readonly ReasoningSource[]
export type ReasoningFieldName = (typeof reasoningFields)[number]

/** The texts of a message as they came, untrimmed. */
export type MessageTexts = {
  /** The text of each field of reasoning; `content_parts` are parts of the content, `other_field` any other member that says so. */
  fields: Readonly<Record<ReasoningFieldName, string>>
  content: string
  /** In the words of a part that says so; the member `refusal` is not among the texts. */
  refusal: string
  /** Where texts stand that nothing reads. */
  unread: string[]
}

/** Members that hold no text of the answer, or are read elsewhere. */
const known: ReadonlySet<string> = new Set([
  'role',
  'content',
  'refusal',
  'name',
  'id',
  'type',
  'annotations',
  'citations',
  'references',
  'logprobs',
  'audio',
  'images',
  ...reasoningFields,
])

/**
 * The texts of a message, whatever its fields are called and made of: the only place that looks into them. A member
 * whose name says that it holds reasoning is one, also inside of another member, as LiteLLM's `provider_specific_fields`.
 */
export function messageTexts(message: Record<string, unknown>): MessageTexts {
  const parts = partsOf(message['content'])
  const elsewhere = parts.text === '' ? answerElsewhere(message) : undefined
  const content = elsewhere?.text ?? parts.text
  const others = otherTexts(message, '', content)
  return {
    fields: {
      reasoning: textIn(message['reasoning']),
      reasoning_content: textIn(message['reasoning_content']),
      reasoning_details: textIn(message['reasoning_details']),
      thinking: textIn(message['thinking']),
      thinking_blocks: textIn(message['thinking_blocks']),
      content_parts: parts.reasoning,
      other_field: others.reasoning,
    },
    content,
    refusal: parts.refusal,
    unread: [...parts.unread, ...others.unread.filter((name) => name !== elsewhere?.name)],
  }
}

/** The text of the member that stands for an empty content, by its name. */
function answerElsewhere(message: Record<string, unknown>): { name: string; text: string } | undefined {
  for (const [name, value] of Object.entries(message)) {
    const text = isAnswerMember(name) ? textIn(value) : ''
    if (text !== '') return { name, text }
  }
  return undefined
}

/** The first message of a body, empty when it has none. A completion of the older interface has its text in the choice. */
export function messageOf(body: unknown): Record<string, unknown> {
  return messageIn(firstChoice(body), isObject(body) ? body : {}) ?? {}
}

/**
 * The message of a choice, `undefined` when it has none, with the reasoning that stands beside it: in the choice, or in the
 * body.
 */
export function messageIn(
  choice: Record<string, unknown>,
  body: Record<string, unknown> = {},
): Record<string, unknown> | undefined {
  const message = ownMessage(choice)
  if (message === undefined) return undefined
  const beside = [...Object.entries(body), ...Object.entries(choice)].filter(
    ([name, value]) => namesReasoning(name) && !(name in message) && isProse(textIn(value)),
  )
  return beside.length === 0 ? message : { ...message, ...Object.fromEntries(beside) }
}

function ownMessage({ message, delta, text }: Record<string, unknown>): Record<string, unknown> | undefined {
  const own = message ?? delta
  const isBeside = typeof text === 'string' && text !== ''
  if (isObject(own)) return isBeside && (own['content'] ?? '') === '' ? { ...own, content: text } : own
  if (typeof message === 'string') return { content: message }
  return typeof text === 'string' ? { content: text } : undefined
}

/** The first choice of a body, empty when it has none. */
export function firstChoice(body: unknown): Record<string, unknown> {
  const choices = isObject(body) ? body['choices'] : undefined
  const first: unknown = Array.isArray(choices) ? choices[0] : choices
  return isObject(first) ? first : {}
}

function otherTexts(
  holder: Record<string, unknown>,
  path: string,
  content: string,
): { reasoning: string; unread: string[] } {
  let reasoning = ''
  const unread: string[] = []
  for (const [name, value] of Object.entries(holder)) {
    if (path === '' && known.has(name)) continue
    const at = `${path}${name}`
    if (namesReasoning(name)) {
      // The same text under two names is one reasoning. A word or two is a label.
      const text = textIn(value)
      if (reasoning === '' && isProse(text)) reasoning = text
    } else if (isObject(value)) {
      const inside = otherTexts(value, `${at}.`, content)
      if (reasoning === '') reasoning = inside.reasoning
      unread.push(...inside.unread)
    } else if (Array.isArray(value)) {
      if (value.some((each) => isProse(textIn(each)))) unread.push(at)
    } else if (typeof value === 'string' && isProse(value) && value.trim() !== content.trim()) unread.push(at)
  }
  return { reasoning, unread }
}
