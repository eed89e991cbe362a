import type { ReasoningPlace } from '../../schemas/probe.ts'
import type { ReasoningSource } from '../../schemas/trace.ts'
import { type MessageTexts, reasoningFields } from './message-texts.ts'
import { splitContent } from './split-content.ts'
import { trimText } from './trim-text.ts'

/** The text of a message's reasoning field. */
export type ReasoningField = {
  source: ReasoningSource
  text: string
  /** A field was there and held white space only. */
  blank: boolean
}

/** The first reasoning field with a text, those that are expected before the others. */
export function reasoningField(
  { fields }: Pick<MessageTexts, 'fields'>,
  expected: readonly ReasoningPlace[] = [],
): ReasoningField {
  let blank = false
  const order = reasoningFields.toSorted(
    (a, b) => Number(expected.includes(b)) - Number(expected.includes(a)),
  )
  for (const source of order) {
    const raw = fields[source]
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
export function reasoningPlaces(texts: MessageTexts): ReasoningPlace[] {
  const places: ReasoningPlace[] = reasoningFields.filter((source) => trimText(texts.fields[source]) !== '')
  const split = splitContent(texts.content)
  if (split === undefined || split.reasoning === '') return places
  const field = reasoningField(texts).text
  return field === '' || split.reasoning === field ? [...places, split.source] : places
}

/** Whether a place is one of these; a block with and one without its opening tag are in the same place. */
export function isAmong(place: ReasoningPlace, places: readonly ReasoningPlace[]): boolean {
  return places.some((each) => each === place || (isTag(each) && isTag(place)))
}

/** Whether reasoning is in a field of its own there, and not in the content. */
export function isField(place: ReasoningSource): boolean {
  return (reasoningFields as readonly ReasoningSource[]).includes(place)
}

function isTag(place: ReasoningPlace): boolean {
  return place === 'think_tags' || place === 'closing_tag'
}
