import { isObject } from '../json.ts'

/** Chunks of a stream on their way to one body of the non-streaming shape. */
export type Assembly = {
  add(chunk: unknown): void
  /** Whether a `finish_reason` came: without one the stream broke, however it ended. */
  finished(): boolean
  /** The body so far; `undefined` when nothing of a message came. */
  body(): Record<string, unknown> | undefined
}

/**
 * Joins the texts of each field of `delta` under the field's own name, so that the body reads like an answer that was
 * not streamed. Of everything else the last value that is not null counts, so the usage chunk after the end is taken in.
 */
export function assembleStream(): Assembly {
  const top: Record<string, unknown> = {}
  const choice: Record<string, unknown> = {}
  const message: Record<string, unknown> = {}
  let started = false

  function add(chunk: unknown): void {
    if (!isObject(chunk)) return
    const { choices, ...rest } = chunk
    takeLast(top, rest)
    const first: unknown = Array.isArray(choices)
      ? choices.find((each) => !isObject(each) || !each['index'])
      : undefined
    if (!isObject(first)) return
    started = true
    const { delta, ...others } = first
    takeLast(choice, others)
    if (isObject(delta)) joinTexts(message, delta)
  }

  function body(): Record<string, unknown> | undefined {
    if (!started) return undefined
    return {
      ...top,
      object: 'chat.completion',
      choices: [{ ...choice, index: 0, message: { role: 'assistant', ...message } }],
    }
  }

  return { add, body, finished: () => typeof choice['finish_reason'] === 'string' }
}

function takeLast(target: Record<string, unknown>, from: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(from))
    if (value !== null || !(name in target)) target[name] = value
}

function joinTexts(message: Record<string, unknown>, delta: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(delta)) {
    const before = message[name]
    if (name === 'role') message[name] = value ?? before
    else if (typeof value === 'string') message[name] = typeof before === 'string' ? before + value : value
    else if (Array.isArray(value)) message[name] = joinPieces(Array.isArray(before) ? before : [], value)
    else if (value !== null || !(name in message)) message[name] = value
  }
}

/** Pieces of a list: those with the same index and type are one piece whose texts are joined. */
function joinPieces(pieces: unknown[], further: readonly unknown[]): unknown[] {
  for (const piece of further) {
    const last = pieces.at(-1)
    const continues =
      isObject(piece) && isObject(last) && last['index'] === piece['index'] && last['type'] === piece['type']
    if (continues) {
      for (const [name, value] of Object.entries(piece)) {
        const isText = ['text', 'summary', 'data', 'arguments'].includes(name) && typeof value === 'string'
        last[name] = isText && typeof last[name] === 'string' ? last[name] + value : (value ?? last[name])
      }
    } else {
      pieces.push(isObject(piece) ? { ...piece } : piece)
    }
  }
  return pieces
}
