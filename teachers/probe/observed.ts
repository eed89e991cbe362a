import { messageOf, messageTexts } from '../reply/message-texts.ts'
import { reasoningField } from '../reply/reasoning-places.ts'
import type { ProbePurpose } from './probe-calls.ts'

/** What came of one call: a body, or why there is none. */
export type Observed = { purpose: ProbePurpose; limit: number } & (
  | { ok: true; body: unknown }
  | { ok: false; code: string; message: string }
)

export type Answered = Extract<Observed, { ok: true }>

/** Everything that was observed with these purposes, in the order in which it was. */
export function ofPurpose(observed: readonly Observed[], ...purposes: ProbePurpose[]): Observed[] {
  return observed.filter(({ purpose }) => purposes.includes(purpose))
}

/** The bodies of those that were answered. */
export function answeredOf(observed: readonly Observed[], ...purposes: ProbePurpose[]): Answered[] {
  return ofPurpose(observed, ...purposes).filter((each): each is Answered => each.ok)
}

/** All text of a body as it came, from every field, so that two answers can be compared. */
export function writtenText(body: unknown): string {
  const texts = messageTexts(messageOf(body))
  return `${reasoningField(texts).text}\n${texts.content}`
}
