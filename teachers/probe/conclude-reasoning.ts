import type { Mode } from '../../schemas/arm.ts'
import type { Probe, ReadingRules, ReasoningPlace } from '../../schemas/probe.ts'
import { endWord } from '../reply/finish-word.ts'
import { messageOf, messageTexts } from '../reply/message-texts.ts'
import { readAnswer } from '../reply/read-answer.ts'
import { isField, reasoningPlaces } from '../reply/reasoning-places.ts'
import { concludeShortAnswer } from './length-of-answers.ts'
import { answeredOf, type Observed } from './observed.ts'

/** What the whole answers show. */
export type JudgedReasoning = Probe['reasoning'] & {
  /** Thinking that is off came back now and then. */
  atTimes: boolean
  /** Marks that nobody knows, or the manner of a thought, as they were seen in answers. */
  unknownMarks: string[]
}

/** Reasoning that a server counts and does not show; chat templates leave a few tokens of an empty block. */
const leastHidden = 16

/** `suspect` is an answer with marks that nobody knows. */
type Evidence = 'reasoned' | 'hidden' | 'answer_in_field' | 'suspect' | 'none' | 'unclear'

/** Whether one answer leaves doubt: a failure, a cut, or the opposite of what the mode asks for. */
export function leavesDoubt(mode: Mode, observed: Observed): boolean {
  if (!observed.ok) return true
  const evidence = evidenceOf(mode, observed.body)
  return mode === 'thinking' ? evidence !== 'reasoned' : evidence !== 'none'
}

/** Where an arm's reasoning comes back, or whether it stays away where thinking is off. */
export function concludeReasoning(mode: Mode, observed: readonly Observed[]): JudgedReasoning {
  const bodies = answeredOf(observed, 'question', 'second_question', 'short_question').map(({ body }) => body)
  const all = bodies.map((body) => evidenceOf(mode, body))
  const evidence = all.filter((each) => each !== 'unclear' && each !== 'suspect')
  const seen = bodies.flatMap((body) => readAnswer(body, { mode }).suspicion?.seen ?? [])
  const cut = answeredOf(observed, 'cut', 'cut_again', 'cut_other_seed').map(({ body }) => body)
  const places = [
    ...new Set([...bodies, ...cut].flatMap((body) => reasoningPlaces(messageTexts(messageOf(body))))),
  ]
  const base = { places, answer_in_reasoning: false, atTimes: false, unknownMarks: [...new Set(seen)] }
  if (mode === 'thinking') {
    const state = (['reasoned', 'hidden', 'none'] as const).find((each) => evidence.includes(each))
    return { ...base, state: state ?? 'unclear' }
  }
  const thought = evidence.filter((each) => each === 'reasoned' || each === 'hidden')
  if (evidence.length === 0) return { ...base, state: 'unclear' }
  // Nobody reasons about a question that one word answers who does not reason about all.
  const [short] = answeredOf(observed, 'short_question')
  const always = short !== undefined && concludeShortAnswer([short])?.hidden === true
  if (always && !thought.includes('reasoned')) return { ...base, state: 'hidden' }
  if (thought.length === evidence.length)
    return { ...base, state: thought.includes('reasoned') ? 'reasoned' : 'hidden' }
  const answer_in_reasoning = evidence.includes('answer_in_field')
  return { ...base, state: 'none', answer_in_reasoning, atTimes: thought.length > 0 }
}

/** How the arm's responses are to be read from now on; `null` when too little was seen to say. */
export function rulesOfReasoning(
  mode: Mode,
  { state, places, answer_in_reasoning }: Probe['reasoning'],
  earlier: ReadingRules | null,
): ReadingRules | null {
  if (mode === 'thinking') {
    if (places.length === 0) return null
    // Responses from before a change of the server have their reasoning where an earlier probe found it.
    const all: ReasoningPlace[] = [...new Set([...places, ...(earlier?.reasoning_in ?? [])])]
    return { reasoning_in: all, answer_in_reasoning: false }
  }
  if (state === 'unclear') return null
  if (state === 'reasoned') return { reasoning_in: places, answer_in_reasoning: false }
  return {
    reasoning_in: [],
    answer_in_reasoning: answer_in_reasoning || (earlier?.answer_in_reasoning ?? false),
  }
}

function evidenceOf(mode: Mode, body: unknown): Evidence {
  const texts = messageTexts(messageOf(body))
  const places = reasoningPlaces(texts)
  const blank = texts.content.trim() === ''
  const { finish_reason, finish_state, suspicion, usage } = readAnswer(body, { mode })
  const isCut = endWord(finish_reason) === 'cut'
  if (finish_state === 'api_error' || finish_state === 'refusal') return 'unclear'
  if (mode === 'non_thinking' && blank && !isCut && places.some(isField)) return 'answer_in_field'
  if (places.length > 0) return 'reasoned'
  if ((usage.reasoning_tokens ?? 0) > leastHidden) return 'hidden'
  if (suspicion !== null && mode === 'non_thinking') return 'suspect'
  return blank || isCut ? 'unclear' : 'none'
}
