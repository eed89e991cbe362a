import type { Mode } from '../../schemas/arm.ts'
import type { Acceptable, ReadingRules } from '../../schemas/probe.ts'
import type { QuarantineReason } from '../../schemas/reasons.ts'
import { endWord } from './finish-word.ts'
import { messageOf, messageTexts } from './message-texts.ts'
import type { ReadAnswer } from './read-answer.ts'
import { isAmong, isField, reasoningPlaces } from './reasoning-places.ts'
import { isAskedFor } from './suspicion.ts'

/** How a person accepts responses that are set aside for a reason: in `generate.probe.accept`, or in the arm itself. */
export const acceptedBy: Readonly<Record<QuarantineReason, Acceptable | 'reasoning_in'>> = {
  quarantined_reasoning_place: 'reasoning_in',
  quarantined_reasoned_though_off: 'off_not_obeyed',
  quarantined_answer_in_reasoning: 'answer_in_reasoning',
  quarantined_unknown_marks: 'unknown_marks',
  quarantined_thought_in_answer: 'unknown_marks',
  quarantined_hidden_reasoning: 'off_not_obeyed',
  quarantined_unread_text: 'unknown_marks',
}

/**
 * Whether a response is not as the reading rules of its arm say; `undefined` when it is. A thinking arm that did not reason for
 * once, and a text that is in an agreed place and in another, break nothing.
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
    const wholeInField = isField(source) && read.answer === '' && endWord(read.finish_reason) !== 'cut'
    return wholeInField ? 'quarantined_answer_in_reasoning' : 'quarantined_reasoned_though_off'
  }
  if (isAmong(source, reasoning_in)) return undefined
  const places = reasoningPlaces(messageTexts(messageOf(body)))
  return places.some((place) => isAmong(place, reasoning_in)) ? undefined : 'quarantined_reasoning_place'
}

/** What is set aside whatever a probe found out, and what was seen of it. */
export type Guarded = { reason: QuarantineReason; seen: string }

/** Tokens of its own that a server may count beyond the text, and how many times the text's that another vocabulary needs. */
const tokensBeside = { least: 200, times: 3 }

/** Reasoning that a server counts and does not show; chat templates leave a few tokens of an empty block. */
const leastHidden = 64

/**
 * Whether something in a response is not understood, so that it must not pass for an answer: marks that nobody knows, a
 * text that nothing reads, or tokens that were billed and did not come.
 *
 * @param given.answerTokens of the answer, as counted here; left out for a response that somebody else asked for
 * @param given.prompt the question, which may have asked for tags
 */
export function whyGuarded(
  read: Pick<ReadAnswer, 'suspicion' | 'unread' | 'reasoning' | 'reasoning_source' | 'answer' | 'usage'>,
  given: { mode: Mode; rules: ReadingRules | undefined; answerTokens?: number | undefined; prompt?: string },
): Guarded | undefined {
  const { suspicion, unread } = read
  const { mode, rules, answerTokens, prompt = '' } = given
  if (suspicion !== null && !isAskedFor(suspicion, prompt))
    return { reason: `quarantined_${suspicion.reason}`, seen: suspicion.seen }
  // What somebody else recorded has members of his own beside the message; a part of the content is one of the answer.
  const strange = answerTokens === undefined ? unread.filter((place) => place.startsWith('content ')) : unread
  if (strange.length > 0) return { reason: 'quarantined_unread_text', seen: strange.join(', ') }
  if (answerTokens === undefined || read.answer === '') return undefined
  const mayReason = mode === 'thinking' || (rules !== undefined && rules.reasoning_in.length > 0)
  if (mayReason || read.reasoning !== '' || read.reasoning_source !== 'none') return undefined
  const { completion_tokens, reasoning_tokens } = read.usage
  const seen = `${completion_tokens ?? 'some'} tokens billed for a text of ${answerTokens}`
  const far = (completion_tokens ?? 0) > answerTokens * tokensBeside.times + tokensBeside.least
  return far || (reasoning_tokens ?? 0) > leastHidden
    ? { reason: 'quarantined_hidden_reasoning', seen }
    : undefined
}
