import { isObject } from '../../schemas/is-object.ts'

/** One message of a chat. */
export type Turn = {
  /** As it stands in the chat. */
  message: Record<string, unknown>
  /** What it says, under either name: text, parts, or whatever else stands there; `undefined` for nothing. */
  content: unknown
}

/** What datasets call the two sides: as OpenAI does, as ShareGPT does, as Gemini does. */
const askers = ['user', 'human']
const answerers = ['assistant', 'gpt', 'model']

/** The first question of a chat; `undefined` when there is none or the value is no chat. */
export function firstQuestion(chat: unknown): Turn | undefined {
  return Array.isArray(chat) ? turnOf(chat.find((message) => isBy(askers, message))) : undefined
}

/** The last answer of a chat; `undefined` when there is none or the value is no chat. */
export function lastAnswer(chat: unknown): Turn | undefined {
  return Array.isArray(chat) ? turnOf(chat.findLast((message) => isBy(answerers, message))) : undefined
}

/**
 * The text of a prompt, of a chat with one user message and nothing else, or `undefined` for anything else. A problem set
 * is read more strictly than a set of traces: only a message as OpenAI spells it, because a problem is new content.
 */
export function promptText(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim()
  if (!Array.isArray(value) || value.length !== 1) return undefined
  const [message] = value as unknown[]
  if (!isObject(message) || message['role'] !== 'user') return undefined
  return typeof message['content'] === 'string' ? message['content'].trim() : undefined
}

function isBy(speakers: readonly string[], message: unknown): boolean {
  return isObject(message) && speakers.includes(String(message['role'] ?? message['from']))
}

function turnOf(message: unknown): Turn | undefined {
  return isObject(message) ? { message, content: message['content'] ?? message['value'] } : undefined
}
