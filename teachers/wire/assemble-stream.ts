import { isObject } from '../json.ts'
import { endWord } from '../reply/finish-word.ts'
import { namesReasoning } from '../reply/mark-names.ts'
import { finishReasonOf } from '../reply/read-answer.ts'
import { mergeCounts, mergeMember, mergeObject } from './merge-member.ts'

/** Chunks of a stream on their way to one body of the non-streaming shape. */
export type Assembly = {
  /** Adds the data of an event, parsed; a text where it is no JSON. */
  add(chunk: unknown): void
  /** Whether a `finish_reason` came: without one and without the mark of its end, the stream broke. */
  finished(): boolean
  /** The body so far; `undefined` when nothing of a message came. */
  body(): Record<string, unknown> | undefined
}

type Choice = { members: Record<string, unknown>; message: Record<string, unknown> }

/**
 * Joins the texts of each field of `delta` under the field's own name, so that the body reads like an answer that was
 * not streamed. Of everything else the last value that says something counts, of token counts the largest. The body holds
 * every text that came: what is in no delta is kept in `unread_events`.
 */
export function assembleStream(): Assembly {
  const top: Record<string, unknown> = {}
  const choices = new Map<number, Choice>()
  const unread: unknown[] = []

  function add(chunk: unknown): void {
    if (!isObject(chunk)) {
      if (textsOf(chunk) !== '') unread.push(chunk)
      return
    }
    const { choices: given, ...rest } = chunk
    const further: unknown = isObject(given) ? [given] : given
    if (!Array.isArray(further) && textsOf(rest) !== '') unread.push(rest)
    else takeLast(top, rest)
    for (const each of Array.isArray(further) ? (further as unknown[]) : [])
      if (isObject(each)) addChoice(each)
  }

  function addChoice({ delta, message, ...others }: Record<string, unknown>): void {
    const index = typeof others['index'] === 'number' ? others['index'] : 0
    let choice = choices.get(index)
    if (choice === undefined) choices.set(index, (choice = { members: {}, message: {} }))
    takeLast(choice.members, others)
    const piece = typeof delta === 'string' || Array.isArray(delta) ? { content: delta as unknown } : delta
    const whole = typeof message === 'string' ? { content: message } : message
    if (isObject(piece)) addDelta(choice, piece)
    // Some servers send the whole message at once, or behind its pieces once more.
    if (isObject(whole)) addWhole(choice, whole)
  }

  function body(): Record<string, unknown> | undefined {
    if (choices.size === 0 && unread.length === 0) return undefined
    const listed = [...choices].toSorted(([a], [b]) => a - b)
    return {
      ...top,
      object: 'chat.completion',
      choices: listed.map(([index, { members, message }]) =>
        Object.assign({}, members, { index, message: Object.assign({ role: 'assistant' }, message) }),
      ),
      ...(unread.length === 0 ? {} : { unread_events: unread }),
    }
  }

  function finished(): boolean {
    const { finish_reason } = choices.get(0)?.members ?? {}
    return endWord(finishReasonOf({ finish_reason })) !== 'none'
  }

  return { add, body, finished }
}

function addDelta({ members, message }: Choice, delta: Record<string, unknown>): void {
  const { finish_reason: word, ...rest } = delta
  if ((word ?? '') !== '') members['finish_reason'] = word
  mergeObject(message, rest)
}

/** Takes in a whole message: a text that goes on from the pieces that came takes their place. */
function addWhole(choice: Choice, whole: Record<string, unknown>): void {
  const { message } = choice
  const came = JSON.stringify(message)
  const further: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(whole)) {
    const before = message[name]
    if (typeof value === 'string' && typeof before === 'string' && value.startsWith(before))
      message[name] = value
    else if (name === 'role' || !came.includes(JSON.stringify(value))) further[name] = value
  }
  addDelta(choice, further)
}

function takeLast(target: Record<string, unknown>, from: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(from)) {
    if (/^usage/iu.test(name)) target[name] = mergeCounts(target[name], value)
    else if (isTextMember(name)) target[name] = mergeMember(name, target[name], value)
    else if ((value !== null && value !== '') || !(name in target)) target[name] = value
  }
}

/** The text in the members of an event that usually have some; labels and counts are none. */
function textsOf(value: unknown): string {
  if (typeof value === 'string') return value.trim().split(/\s+/u).length >= 3 ? value : ''
  if (!isObject(value)) return ''
  return Object.entries(value)
    .map(([name, member]) => {
      if (isObject(member)) return name === 'delta' || isTextMember(name) ? textsOf(member) : ''
      return typeof member === 'string' && isTextMember(name) ? member : ''
    })
    .join('')
}

function isTextMember(name: string): boolean {
  return /^(?:text|content|output|output_text|response)$/u.test(name) || namesReasoning(name)
}
