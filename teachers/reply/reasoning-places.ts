import type { ReasoningPlace } from '../../schemas/probe.ts'
import type { ReasoningSource } from '../../schemas/trace.ts'
import { isObject, textOf } from '../json.ts'
import { splitContent } from './split-content.ts'
import { trimText } from './trim-text.ts'

/** Fields that servers use for reasoning, in the order in which they are trusted; equal texts in two are one reasoning. */
export const reasoningFields = ['reasoning', 'reasoning_content', 'reasoning_details', 'thinking'] as const

/** The text of a message's reasoning field. */
export type ReasoningField = {
  source: ReasoningSource
  text: string
  /** A field was there and held white space only. */
  blank: boolean
}

/** The first reasoning field with a text, those that are expected before the others. */
export function reasoningField(
  message: Record<string, unknown>,
  expected: readonly ReasoningPlace[] = [],
): ReasoningField {
  let blank = false
  const order = reasoningFields.toSorted(
    (a, b) => Number(expected.includes(b)) - Number(expected.includes(a)),
  )
  for (const source of order) {
    const raw = rawText(message, source)
    const text = trimText(raw)
    if (text !== '') return { source, text, blank }
    blank ||= raw !== ''
  }
  return { source: 'none', text: '', blank }
}

/**
 * Every place of a message that holds reasoning. Marks in the content beside a filled field count only when they
 * enclose the same text: otherwise they are a rest of damage and no place of the server's choice.
 */
export function reasoningPlaces(message: Record<string, unknown>): ReasoningPlace[] {
  const places: ReasoningPlace[] = reasoningFields.filter(
    (source) => trimText(rawText(message, source)) !== '',
  )
  const split = splitContent(contentText(message['content']))
  if (split === undefined || split.reasoning === '') return places
  const field = reasoningField(message).text
  return field === '' || split.reasoning === field ? [...places, split.source] : places
}

/** Whether a place is one of these; a block with and one without its opening tag stand in the same place. */
export function isAmong(place: ReasoningPlace, places: readonly ReasoningPlace[]): boolean {
  return places.some((each) => each === place || (isTag(each) && isTag(place)))
}

/** Whether reasoning stands in a field of its own there, and not in the content. */
export function isField(place: ReasoningSource): boolean {
  return (reasoningFields as readonly ReasoningSource[]).includes(place)
}

/** Content as a text, or as a list of parts of which the texts count. */
export function contentText(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part) => (isObject(part) ? textOf(part, 'text') : '')).join('')
}

function isTag(place: ReasoningPlace): boolean {
  return place === 'think_tags' || place === 'closing_tag'
}

function rawText(message: Record<string, unknown>, source: (typeof reasoningFields)[number]): string {
  const value = message[source]
  if (source === 'reasoning_details') return detailsText(value)
  return typeof value === 'string' ? value : ''
}

/** OpenRouter's list of pieces; encrypted ones have no text. */
export function detailsText(details: unknown): string {
  if (!Array.isArray(details)) return ''
  return details
    .map((detail) => (isObject(detail) ? textOf(detail, 'text') || textOf(detail, 'summary') : ''))
    .join('')
}
