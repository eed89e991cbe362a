import type { ReadingRules } from '../../schemas/probe.ts'
import type { QuarantineReason } from '../../schemas/reasons.ts'
import { isObject } from '../json.ts'
import type { ReadAnswer } from './read-answer.ts'
import { isAmong, isField, reasoningPlaces } from './reasoning-places.ts'

/**
 * Whether a response is not as the reading rules of its arm say; `undefined` when it is. A thinking arm that did not reason for
 * once, and a text that stands in an agreed place and in another, break nothing.
 *
 * @param read what reading the body by the same rules gave
 */
export function whyQuarantined(
  body: unknown,
  read: Pick<ReadAnswer, 'reasoning' | 'answer' | 'reasoning_source' | 'finish_reason'>,
  { reasoning_in }: ReadingRules,
): QuarantineReason | undefined {
  const { reasoning, reasoning_source: source } = read
  if (reasoning === '' || source === 'none') return undefined
  if (reasoning_in.length === 0) {
    const wholeInField = isField(source) && read.answer === '' && read.finish_reason !== 'length'
    return wholeInField ? 'quarantined_answer_in_reasoning' : 'quarantined_reasoned_though_off'
  }
  if (isAmong(source, reasoning_in)) return undefined
  const places = reasoningPlaces(messageOf(body))
  return places.some((place) => isAmong(place, reasoning_in)) ? undefined : 'quarantined_reasoning_place'
}

/** The first message of a body, empty when it has none. */
export function messageOf(body: unknown): Record<string, unknown> {
  const choices = isObject(body) && Array.isArray(body['choices']) ? body['choices'] : []
  const [first] = choices as unknown[]
  return isObject(first) && isObject(first['message']) ? first['message'] : {}
}
