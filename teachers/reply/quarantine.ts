import type { ReadingRules } from '../../schemas/probe.ts'
import { isObject } from '../json.ts'
import type { ReadAnswer } from './read-answer.ts'
import { isAmong, isField, reasoningPlaces } from './reasoning-places.ts'

/** Why a response is set aside although it came, with a sentence for its reader. */
export const quarantineReasons = {
  quarantined_reasoning_place:
    'The reasoning stands elsewhere than the probe found it: the server, its version or its parser changed.',
  quarantined_reasoned_though_off: 'Thinking was off, the probe saw that obeyed, and this response reasons.',
  quarantined_answer_in_reasoning:
    'Thinking was off, and the text stands in the reasoning field, where the probe did not find answers.',
} as const
export type QuarantineReason = keyof typeof quarantineReasons

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
