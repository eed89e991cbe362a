import { keepReceived } from '../../schemas/received.ts'
import { isNestedDeeply, isObject, nestedText, parseJson, shortestNested } from '../json.ts'
import { endWord } from '../reply/finish-word.ts'
import { firstChoice, messageIn, messageOf, messageTexts } from '../reply/message-texts.ts'
import { finishReasonOf } from '../reply/read-answer.ts'
import { assembleStream } from './assemble-stream.ts'
import { CallError } from './call-error.ts'
import { describeErrorBody, errorIn } from './error-body.ts'
import { openEventStream } from './event-stream.ts'

/** Takes in the bytes of a response, whatever its content type says, and makes one body of them. */
export type ResponseReader = {
  /** @throws CallError for an event that says that the server failed */
  push(bytes: Uint8Array): void
  /** The data of an event came; comments that keep a connection alive are none. */
  started(): boolean
  /** The server said that nothing more comes, so the connection need not be waited for. */
  ended(): boolean
  /** The whole answer is there, whatever becomes of the connection. */
  finished(): boolean
  /** What is there so far, as a body of the non-streaming shape; `undefined` when nothing of a message is. */
  partial(): unknown
  /**
   * The body of the response, which has ended.
   * @throws CallError when it is none, breaks off, or is an error in the place of an answer
   */
  whole(): unknown
  /** How it came. */
  form(): { events: boolean; doneMark: boolean }
}

/** Characters that are looked at to see whether events come or one body. */
const headLength = 16

/**
 * A response is read by what it is made of: events begin with a field or a comment, a body with a bracket. Servers send
 * events to requests that asked for none, bodies to those that asked for some, and name the wrong type for both.
 */
export function openResponseReader(): ResponseReader {
  const decoder = new TextDecoder()
  const assembly = assembleStream()
  /** Of a body all of them, of events those before it is known that they are some. */
  const pieces: Uint8Array[] = []
  let kind: 'unknown' | 'events' | 'body' = 'unknown'
  let text = ''
  let doneMark = false
  let started = false
  const events = openEventStream((data, event) => {
    const text = data.trim()
    if (text === '') return
    started = true
    if (text === '[DONE]') doneMark = true
    else assembly.add(parseEvent(data, event))
  })

  function push(bytes: Uint8Array): void {
    if (kind === 'events') events.push(bytes)
    else {
      text += decoder.decode(bytes, { stream: true })
      if (kind === 'body') {
        pieces.push(bytes)
        return
      }
      // Blank lines keep a connection alive: looked at again with each further one, many would take for ever.
      if (text.trimStart() === '') {
        text = ''
        return
      }
      pieces.push(bytes)
      if (text.trimStart().length >= headLength) decide()
    }
  }

  function decide(): void {
    kind = /^\s*(?:(?:data|event|id|retry)[ \t]*:|:)/u.test(text) ? 'events' : 'body'
    if (kind !== 'events') return
    for (const bytes of pieces) events.push(bytes)
    pieces.length = 0
  }

  function whole(): unknown {
    if (kind === 'unknown') decide()
    if (kind === 'body') {
      const came = text + decoder.decode()
      const parsed = parseJson(came)
      const chunks = chunksOf(came, parsed)
      if (chunks === undefined) {
        keepReceived(parsed, pieces)
        return requireAnswer(bodyOf(came, parsed))
      }
      for (const chunk of chunks) assembly.add(withoutFailure(chunk))
    } else events.end()
    const body = assembly.body()
    if (body !== undefined && (assembly.finished() || (doneMark && hasText(body)))) return requireAnswer(body)
    throw new CallError({
      code: 'broken_stream',
      message: 'the stream ended without a finish_reason',
      partial: body,
    })
  }

  return {
    push,
    started: () => started,
    ended: () => doneMark,
    finished: () => kind === 'events' && assembly.finished(),
    partial: () => (kind === 'events' ? assembly.body() : undefined),
    whole,
    form: () => ({ events: kind === 'events', doneMark }),
  }
}

/** The chunk in an event, of which servers also make use to report that generation failed. What is no JSON is a ping. */
function parseEvent(data: string, event: string): unknown {
  const chunk = /^\s*[[{]/u.test(data) ? (JSON.parse(data) as unknown) : data
  return data.length < shortestNested ? withoutError(chunk, event) : withoutFailure(chunk, event)
}

function withoutFailure(chunk: unknown, event = ''): unknown {
  if (isNestedDeeply(chunk))
    throw new CallError({ code: 'no_choices', message: `an event of its answer ${nestedText}` })
  return withoutError(chunk, event)
}

function withoutError(chunk: unknown, event: string): unknown {
  const failure = errorIn(chunk, event)
  if (failure !== undefined) throw new CallError(failure)
  return chunk
}

/** The chunks of a stream that came as a list, or one a line without a field before it; `undefined` for any other body. */
function chunksOf(text: string, parsed: unknown): unknown[] | undefined {
  const list: unknown = parsed === undefined ? linesOf(text) : parsed
  const isStream = Array.isArray(list) && list.some((each) => isObject(firstChoice(each)['delta']))
  return isStream ? list : undefined
}

function linesOf(text: string): unknown[] {
  const lines = text.split(/\r?\n/u).filter((line) => line.trim() !== '')
  return lines.length < 2 || !lines.every((line) => line.startsWith('{')) ? [] : lines.map(parseJson)
}

function bodyOf(text: string, parsed: unknown): unknown {
  const start = text.trimStart()
  if (start.startsWith('<')) {
    throw new CallError({ code: 'html', message: `a web page instead of an answer: ${start.slice(0, 100)}` })
  }
  if (parsed !== undefined) return withoutEnvelope(parsed)
  const what = start === '' ? 'an empty response' : `a response that is not JSON: ${start.slice(0, 100)}`
  throw new CallError({ code: 'bad_response', message: what })
}

/** The answer in what a gateway puts around it: a list of one, a text, or a member of an object without choices. */
function withoutEnvelope(body: unknown): unknown {
  const opened = typeof body === 'string' && body.startsWith('{') ? (parseJson(body) ?? body) : body
  const inside = isObject(opened)
    ? ['data', 'result', 'response', 'body'].map((name) => opened[name])
    : opened
  const answer = Array.isArray(inside)
    ? inside.find((each) => messageIn(firstChoice(each)) !== undefined)
    : undefined
  return messageIn(firstChoice(opened)) === undefined && answer !== undefined ? answer : opened
}

/**
 * The body of a 200, which can be an error, or an answer that the server gave up.
 * @throws CallError when it is no answer
 */
export function requireAnswer(body: unknown): unknown {
  if (isNestedDeeply(body))
    throw new CallError({
      code: 'no_choices',
      message: `its answer ${nestedText}`,
    })
  const choice = firstChoice(body)
  if (messageIn(choice) === undefined) {
    const failure = errorIn(body)
    if (failure !== undefined) throw new CallError(failure)
    const message = `no choices in ${JSON.stringify(body).slice(0, 100)}`
    throw new CallError({ code: 'no_choices', message })
  }
  const reason = finishReasonOf(choice)
  if (endWord(reason) !== 'broken' && !isObject(choice['error'])) return body
  const { message } = describeErrorBody(choice, `the server broke off with finish_reason ${reason}`)
  throw new CallError({ code: 'broken_off', message, partial: body })
}

function hasText(body: unknown): boolean {
  const { content, fields } = messageTexts(messageOf(body))
  return content !== '' || Object.values(fields).some((text) => text !== '')
}
