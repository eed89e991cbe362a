import type { Mode } from '../../../../schemas/arm.ts'
import { firstQuestion, lastAnswer } from '../../../../problems/mapping/chat.ts'
import { valueAt } from '../../../../problems/mapping/path.ts'
import { isObject } from '../../../../schemas/is-object.ts'

/** One recorded response, as a chat-completions body, with what its row says about it. */
export type Recorded = {
  /** Where in the row it stood: `raw`, `generations.0`, `messages`. */
  place: string
  body: unknown
  /** What was asked, empty when the row does not say. */
  prompt: string
  /** `undefined` when the row does not say whether reasoning was asked for. */
  mode: Mode | undefined
}

type Row = Readonly<Record<string, unknown>>

/** Names under which datasets and logs keep what is looked for, in this order. */
const names = {
  bodies: ['body', 'response', 'response.body', 'raw_response', 'partial', 'raw'],
  lists: ['generations', 'responses', 'completions', 'outputs', 'samples', 'candidates', 'model_outputs'],
  chats: ['messages', 'conversations', 'conversation', 'chat'],
  reasoning: [
    'reasoning',
    'reasoning_content',
    'thinking',
    'thinking_trajectory',
    'think',
    'rationale',
    'cot',
  ],
  answers: ['content', 'answer', 'output', 'response', 'attempt', 'solution', 'completion', 'ift'],
  texts: [
    'raw',
    'output',
    'response',
    'completion',
    'generation',
    'generated_solution',
    'r1_generation',
    'text',
    'content',
    'answer',
  ],
  prompts: ['problem', 'prompt', 'question', 'instruction', 'query', 'input'],
  finish: ['finish_reason', 'done_reason', 'choices.0.finish_reason'],
} as const

/**
 * The responses that a row of any trace file holds: a chat-completions body, a line of the journal, a list of
 * generations, a chat, reasoning and answer in columns of their own, or one text. Empty when it holds none. `field` names
 * the column to look into instead.
 */
export function recordedIn(row: Row, field?: string): Recorded[] {
  const prompt = promptOf(row)
  const mode = modeOf(row)
  const found = field === undefined ? findIn(row) : fromValue(field, valueAt(row, field), row)
  return found.map(({ place, body }) => ({ place, body, prompt, mode }))
}

type Placed = Pick<Recorded, 'place' | 'body'>

function findIn(row: Row): Placed[] {
  if (isBody(row)) return [{ place: 'choices', body: row }]
  for (const name of names.bodies) {
    const body = asBody(valueAt(row, name))
    if (body !== undefined) return [{ place: name, body }]
  }
  for (const name of names.lists) {
    const list = valueAt(row, name)
    if (Array.isArray(list) && list.length > 0) return fromValue(name, list, row)
  }
  for (const name of names.chats) {
    const placed = fromChat(name, valueAt(row, name), row)
    if (placed.length > 0) return placed
  }
  if (isObject(row['message'])) return [{ place: 'message', body: wrap(row['message'], row) }]
  const reasoning = names.reasoning.find((name) => typeof valueAt(row, name) === 'string')
  if (reasoning !== undefined) {
    const answer = names.answers.find((name) => typeof valueAt(row, name) === 'string')
    const message = {
      reasoning: valueAt(row, reasoning),
      content: answer === undefined ? '' : valueAt(row, answer),
    }
    return [
      { place: answer === undefined ? reasoning : `${reasoning} + ${answer}`, body: wrap(message, row) },
    ]
  }
  const text = names.texts.find((name) => typeof valueAt(row, name) === 'string')
  return text === undefined ? [] : fromValue(text, valueAt(row, text), row)
}

function fromValue(place: string, value: unknown, row: Row, index?: number): Placed[] {
  if (Array.isArray(value)) {
    const chat = fromChat(place, value, row)
    if (chat.length > 0) return chat
    return value.flatMap((each: unknown, at) => fromValue(`${place}.${at}`, each, row, at))
  }
  const body = asBody(value)
  if (body !== undefined) return [{ place, body }]
  if (typeof value === 'string') return [{ place, body: wrap({ content: value }, row, index) }]
  if (!isObject(value)) return []
  const message = isObject(value['message']) ? value['message'] : value
  const content = message['content'] ?? message['text'] ?? message['generation'] ?? null
  return [{ place, body: wrap({ ...message, content }, { ...row, ...value }, index) }]
}

function fromChat(place: string, chat: unknown, row: Row): Placed[] {
  const turn = lastAnswer(chat)
  if (turn === undefined) return []
  return [{ place, body: wrap({ ...turn.message, content: turn.content ?? null }, row) }]
}

function wrap(message: Row, row: Row, index?: number): unknown {
  const listed = index === undefined ? undefined : valueAt(row, `finish_reasons.${index}`)
  const stated = names.finish.map((name) => valueAt(row, name)).find((value) => typeof value === 'string')
  return {
    choices: [{ message, finish_reason: listed ?? stated ?? null }],
    usage: row['usage'],
    model: row['served_model'] ?? row['model'],
  }
}

function asBody(value: unknown): unknown {
  if (isBody(value)) return value
  if (typeof value !== 'string' || !value.trimStart().startsWith('{') || !value.includes('"choices"'))
    return undefined
  try {
    const parsed: unknown = JSON.parse(value)
    return isBody(parsed) ? parsed : undefined
  } catch {
    // A text that only looks like a body is a text.
    return undefined
  }
}

/** Options of a multiple-choice problem are called choices too. */
function isBody(value: unknown): boolean {
  if (!isObject(value) || !Array.isArray(value['choices'])) return false
  const first: unknown = value['choices'][0]
  return isObject(first) && isObject(first['message'])
}

function promptOf(row: Row): string {
  const text = names.prompts.map((name) => valueAt(row, name)).find((value) => typeof value === 'string')
  if (typeof text === 'string') return text
  for (const name of names.chats) {
    const content = firstQuestion(valueAt(row, name))?.content
    if (typeof content === 'string') return content
  }
  return ''
}

function modeOf(row: Row): Mode | undefined {
  const stated = row['mode'] ?? row['thinking_mode'] ?? row['enable_thinking']
  if (typeof stated === 'boolean') return stated ? 'thinking' : 'non_thinking'
  if (typeof stated !== 'string') return undefined
  if (/^non|\boff\b|no_?think|instruct|^ift$/iu.test(stated)) return 'non_thinking'
  return /think|reason|^on$/iu.test(stated) ? 'thinking' : undefined
}
