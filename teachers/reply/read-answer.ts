import type { Mode } from '../../schemas/arm.ts'
import type { ReadingRules } from '../../schemas/probe.ts'
import type { FinishState, ReasoningSource, ReasoningState, Usage } from '../../schemas/trace.ts'
import { isObject, textOf } from '../json.ts'
import { finishState, looksWhole } from './finish-state.ts'
import { endWord } from './finish-word.ts'
import { firstChoice, messageIn, messageTexts, type MessageTexts } from './message-texts.ts'
import { readUsage } from './read-usage.ts'
import { isField, reasoningField } from './reasoning-places.ts'
import { splitContent } from './split-content.ts'
import { suspectAnswer, type Suspicion } from './suspicion.ts'
import { trimText } from './trim-text.ts'
import { unwrapAnswer } from './wrappers.ts'

/** A response body as the pipeline uses it. */
export type ReadAnswer = {
  reasoning: string
  answer: string
  /** Marks around the answer that are no part of it, as they came. */
  removed_marks: string[]
  /** Where the reasoning was found, or, with thinking off, the field that held the answer in its place. */
  reasoning_source: ReasoningSource
  reasoning_state: ReasoningState
  /** As the server sent it, empty when missing. */
  finish_reason: string
  finish_state: FinishState
  /** What speaks for it that the answer holds something else than an answer; `null` when nothing does. */
  suspicion: Suspicion | null
  /** Where in the message texts are that nothing reads. */
  unread: string[]
  usage: Usage
  served_model: string
  provider: string
  response_id: string
}

/** Raised with every change that can split or judge a stored response differently; stored traces are then made again. */
export const readAnswerVersion = 5

/** How the response was asked for, and what a probe found out about such responses, if one was made. */
export type AskedFor = { mode: Mode; rules?: ReadingRules | undefined }

/**
 * Splits a chat-completions body (a stream merged into one) into reasoning and answer, and judges how it ended. It never
 * throws: a body without a message is an `api_error`. Texts come without the white space around them. Where the texts
 * alone allow two readings, the rules decide; without rules, what is most likely.
 */
export function readAnswer(body: unknown, asked: AskedFor): ReadAnswer {
  const whole = isObject(body) ? body : {}
  const choice = firstChoice(whole)
  const message = messageIn(choice, whole)
  const finishReason = finishReasonOf(choice)
  const usage = readUsage(body)
  const written = messageTexts(message ?? {})
  const texts = message === undefined ? noTexts : readTexts(written, { ...asked, finishReason, usage })
  const { reasoning, source, block } = texts
  const { answer, removed } = unwrapAnswer(texts.answer)
  const refused = message !== undefined && (textOf(message, 'refusal') !== '' || written.refusal !== '')
  const ending = { ...texts, answer, finishReason, refused }
  return {
    reasoning,
    answer,
    removed_marks: removed,
    reasoning_source: source,
    reasoning_state: stateOf({ reasoning, block, mode: asked.mode, counted: usage.reasoning_tokens ?? 0 }),
    finish_reason: finishReason,
    finish_state: message === undefined ? 'api_error' : finishState(ending),
    // Damage has a state of its own.
    suspicion: answer === '' || texts.damaged ? null : suspectAnswer(answer, { reasoned: reasoning !== '' }),
    unread: written.unread,
    usage,
    served_model: textOf(whole, 'model'),
    provider: textOf(whole, 'provider'),
    response_id: textOf(whole, 'id'),
  }
}

/**
 * The word with which a choice ended, under the first of its names that has one; empty when none has. Where a gateway
 * makes a good word of its own of a bad one of the model's maker, that one counts.
 */
export function finishReasonOf(choice: Record<string, unknown>): string {
  const native = wordOf(choice['native_finish_reason'])
  const words = [
    wordOf(choice['finish_reason']),
    native,
    textOf(choice, 'done_reason'),
    textOf(choice, 'stop_reason'),
  ]
  const stated = words.find((word) => word.trim() !== '') ?? ''
  return endWord(stated) === 'good' && ['cut', 'refused', 'broken'].includes(endWord(native))
    ? native
    : stated
}

/** Whether a body says that a limit of tokens ended it. */
export function isCutOff(body: unknown): boolean {
  return isObject(body) && endWord(finishReasonOf(firstChoice(body))) === 'cut'
}

/** A word, or what stands in the place of one: SGLang's own interface has an object, others number their reasons. */
function wordOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return wordOf(value[0])
  if (isObject(value))
    return ['type', 'reason', 'name'].map((name) => textOf(value, name)).find(Boolean) ?? 'object'
  return value === true || typeof value === 'number' ? String(value) : ''
}

type Texts = {
  reasoning: string
  answer: string
  source: ReasoningSource
  /** Marks of reasoning were there, be it empty. */
  block: boolean
  inline: boolean
  closed: boolean
  damaged: boolean
}

const noTexts: Texts = {
  reasoning: '',
  answer: '',
  source: 'none',
  block: false,
  inline: false,
  closed: true,
  damaged: false,
}

type Asked = AskedFor & { finishReason: string; usage: Usage }

function readTexts(texts: MessageTexts, asked: Asked): Texts {
  const { mode, rules } = asked
  const { content } = texts
  const field = reasoningField(texts, rules?.reasoning_in)
  if (field.text === '') return { ...fromContent(content, asked), ...(field.blank ? { block: true } : {}) }
  if (content.trim() === '' && mode === 'non_thinking' && (rules?.answer_in_reasoning ?? true)) {
    // Servers with a reasoning parser put the whole answer of a model that does not reason into the reasoning field.
    return { ...fromContent(field.text, asked), source: field.source }
  }
  return { ...fromField(field.text, content), source: field.source }
}

/**
 * Reasoning in a field of its own. Marks around it are no part of it; behind a closing mark in it comes the answer, where
 * the content has none. Marks that are left in the content must not speak against the field.
 */
function fromField(field: string, content: string): Texts {
  const inside = splitContent(field)
  const reasoning = inside === undefined ? field : inside.reasoning
  const base = { ...noTexts, block: true, reasoning }
  if (inside !== undefined && inside.answer !== '') {
    if (content.trim() === '') return { ...base, answer: inside.answer, damaged: inside.damaged }
    // The field goes on behind its end, and the content says something else.
    if (inside.answer !== trimText(content))
      return { ...base, reasoning: field, answer: trimText(content), damaged: true }
  }
  const split = splitContent(content)
  if (split === undefined) return { ...base, answer: trimText(content) }
  const same = split.reasoning === '' || split.reasoning === reasoning
  if (same) return { ...base, answer: split.answer, damaged: split.damaged }
  return { ...base, reasoning: `${reasoning}\n\n${split.reasoning}`, answer: split.answer, damaged: true }
}

function fromContent(content: string, asked: Asked): Texts {
  const split = splitContent(content)
  if (split !== undefined) return { ...split, block: true, inline: true }
  const text = trimText(content)
  if (text === '' || !isCutBeforeMark(text, asked)) return { ...noTexts, answer: text }
  return { ...noTexts, reasoning: text, source: 'closing_tag', block: true, inline: true, closed: false }
}

/** More characters than a token has on average in any text that people read. */
const charactersPerToken = 10

/**
 * A reasoning that the chat template opened in the prompt and that was cut before its closing tag has no mark at all.
 * Where the server took the reasoning off and kept it, the tokens that are left are those of the text: it is the answer.
 */
function isCutBeforeMark(text: string, { mode, rules, finishReason, usage }: Asked): boolean {
  if (mode !== 'thinking') return false
  const end = endWord(finishReason)
  const isCut = end === 'cut' || (end === 'none' && !looksWhole(text))
  const mayBe = rules?.reasoning_in.includes('closing_tag') ?? true
  if (!isCut || !mayBe) return false
  // No other place: there is nothing but the reasoning that could be without a mark.
  if (rules !== undefined && !rules.reasoning_in.some(isField)) return true
  const reasoningTokens = usage.reasoning_tokens ?? 0
  const answerTokens = (usage.completion_tokens ?? Infinity) - reasoningTokens
  return !(reasoningTokens > 0 && text.length <= answerTokens * charactersPerToken)
}

/** Characters of reasoning fewer than its tokens: no vocabulary writes a text with more tokens than characters. */
const summarisedBeyond = 200

/** Tokens of reasoning that are more than the ends of an empty block. */
const leastHidden = 64

function stateOf({
  reasoning,
  block,
  mode,
  counted,
}: {
  reasoning: string
  block: boolean
  mode: Mode
  counted: number
}): ReasoningState {
  if (reasoning !== '') return counted > reasoning.length + summarisedBeyond ? 'summarised' : 'reasoned'
  if (counted > leastHidden && mode === 'thinking') return 'hidden'
  if (block) return 'empty_think_block'
  return mode === 'thinking' ? 'none_returned' : 'none'
}
