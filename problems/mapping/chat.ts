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
 * The text of a prompt: of a text, of a chat with one user message and nothing else, or of one that begins with a question
 * that is answered in it; `undefined` for anything else. A problem set is read more strictly than a set of traces, because
 * a problem is new content: a chat with a system message, or one that waits for an answer to its third message, is none.
 */
export function promptText(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim()
  if (!Array.isArray(value)) return undefined
  const [question, answer] = value as unknown[]
  if (!isBy(askers, question) || (value.length > 1 && !isBy(answerers, answer))) return undefined
  const content = turnOf(question)?.content
  return typeof content === 'string' ? content.trim() : undefined
}

function isBy(speakers: readonly string[], message: unknown): boolean {
  return isObject(message) && speakers.includes(String(message['role'] ?? message['from']))
}

function turnOf(message: unknown): Turn | undefined {
  return isObject(message) ? { message, content: message['content'] ?? message['value'] } : undefined
}
