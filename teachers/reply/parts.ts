import { isObject } from '../json.ts'
import { namesReasoning } from './mark-names.ts'

/** A content or a field of reasoning taken apart into what each of its parts is. */
export type Parts = {
  text: string
  reasoning: string
  /** Kinds of parts that hold text and are neither. */
  unread: string[]
}

/** Members of a part that hold its text, in the order in which they are looked at. */
const textMembers = ['text', 'thinking', 'reasoning', 'content', 'summary', 'value', 'parts', 'output']

/**
 * Takes a content apart that is a text, a part, or a list of parts: `{type: 'text', text}`, `{type: 'thinking',
 * thinking: [{type: 'text', text}]}` (Mistral), `{type: 'thinking', thinking: '…'}` (Claude), `{text, thought: true}`
 * (Gemini). A part counts as reasoning by the name of its type or of its member, whoever invented it.
 */
export function partsOf(content: unknown): Parts {
  const parts: Parts = { text: '', reasoning: '', unread: [] }
  for (const part of Array.isArray(content) ? content : [content]) {
    if (typeof part === 'string') parts.text += part
    else if (Array.isArray(part)) addParts(parts, partsOf(part))
    else if (isObject(part)) addPart(parts, part)
  }
  return parts
}

function addPart(parts: Parts, part: Record<string, unknown>): void {
  const type = typeof part['type'] === 'string' ? part['type'] : ''
  const isThought = part['thought'] === true || namesReasoning(type)
  const named = Object.keys(part).some((name) => namesReasoning(name) && textIn(part[name]) !== '')
  if (isThought || (named && typeof part['text'] !== 'string')) parts.reasoning += textIn(part)
  else if (type === '' || /text|^message$|^markdown$/iu.test(type))
    parts.text = joined(parts.text, textIn(part))
  else if (type !== 'refusal' && textIn(part).trim() !== '') parts.unread.push(`content of type ${type}`)
}

function addParts(parts: Parts, further: Parts): void {
  parts.text += further.text
  parts.reasoning += further.reasoning
  parts.unread.push(...further.unread)
}

/** Two parts of a text: a code block begins on a line of its own. */
function joined(before: string, text: string): string {
  return text.startsWith('```') && /[^\n]$/u.test(before) ? `${before}\n${text}` : before + text
}

/** All text in a value that is known to be one: itself, or what its parts hold. Encrypted pieces have none. */
export function textIn(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(textIn).join('')
  if (!isObject(value)) return ''
  const usual = textMembers.find((name) => textIn(value[name]) !== '')
  if (usual !== undefined) return textIn(value[usual])
  const named = Object.keys(value).find((name) => namesReasoning(name) && textIn(value[name]) !== '')
  return named === undefined ? '' : textIn(value[named])
}
