import { isObject } from '../json.ts'
import { isAnswerMember, namesAnswer, namesReasoning } from './mark-names.ts'

/** A content or a field of reasoning taken apart into what each of its parts is. */
export type Parts = {
  text: string
  reasoning: string
  /** In the server's own words that it declines. */
  refusal: string
  /** Kinds of parts that hold text and are neither. */
  unread: string[]
}

/** Members of a part that hold its text, in the order in which they are looked at. */
const textMembers = ['text', 'thinking', 'reasoning', 'content', 'summary', 'value', 'parts', 'output']

/**
 * Takes a content apart that is a text, a part, or a list of parts: `{type: 'text', text}`, `{type: 'thinking',
 * thinking: [{type: 'text', text}]}` (Mistral), `{type: 'thinking', thinking: '…'}` (Claude), `{text, thought: true}`
 * (Gemini). A part, and each member of one without a type, counts as reasoning or as text by its name, whoever invented it.
 */
export function partsOf(content: unknown): Parts {
  const parts: Parts = { text: '', reasoning: '', refusal: '', unread: [] }
  for (const part of Array.isArray(content) ? content : [content]) {
    if (typeof part === 'string') parts.text += part
    else if (Array.isArray(part)) addParts(parts, partsOf(part))
    else if (isObject(part)) addPart(parts, part)
  }
  return parts
}

function addPart(parts: Parts, part: Record<string, unknown>): void {
  const type = typeof part['type'] === 'string' ? part['type'] : ''
  const inside = ['parts', 'content'].map((name) => part[name]).find(Array.isArray)
  if (part['thought'] === true || namesReasoning(type)) parts.reasoning += textIn(part)
  else if (type === 'refusal') parts.refusal += textIn(part['refusal'])
  else if (inside !== undefined) addParts(parts, partsOf(inside))
  else if (type === '' || /text|^message$|^markdown$|^content$/iu.test(type) || namesAnswer(type))
    addMembers(parts, part, type)
  else if (textIn(part).trim() !== '' || holdsProse(part)) parts.unread.push(`content of type ${type}`)
}

/** A part that may hold both, each in a member of its own. */
function addMembers(parts: Parts, part: Record<string, unknown>, type: string): void {
  const members = Object.entries(part).filter(([name]) => name !== 'type')
  const thought = members.find(([name, value]) => namesReasoning(name) && textIn(value) !== '')
  if (thought !== undefined) parts.reasoning += textIn(thought[1])
  const usual = textMembers.filter((name) => !namesReasoning(name)).map((name) => part[name])
  const others = members.filter(([name]) => isAnswerMember(name) || name === type).map(([, value]) => value)
  const text = [...usual, ...others].map(textIn).find((each) => each !== '')
  if (text !== undefined) parts.text = joined(parts.text, text)
  else if (thought === undefined && holdsProse(part))
    parts.unread.push(type === '' ? 'content without a type' : `content of type ${type}`)
}

function addParts(parts: Parts, further: Parts): void {
  parts.text = joined(parts.text, further.text)
  parts.reasoning += further.reasoning
  parts.refusal += further.refusal
  parts.unread.push(...further.unread)
}

/** Whether any member holds a text for people: labels, ids and addresses have no spaces. */
function holdsProse(value: unknown): boolean {
  if (typeof value === 'string') return isProse(value)
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some(holdsProse)
}

/** Whether a text is one for people. Labels and ids have no spaces. */
export function isProse(text: string): boolean {
  return text.trim().split(/\s+/u).length >= 3
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
  // Each member is looked into once: a second look at every level would double the work with each.
  for (const name of textMembers) {
    const text = textIn(value[name])
    if (text !== '') return text
  }
  for (const [name, member] of Object.entries(value)) {
    const text = namesReasoning(name) ? textIn(member) : ''
    if (text !== '') return text
  }
  return ''
}
