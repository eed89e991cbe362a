import { isObject, parseJson } from '../json.ts'
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
  const head: Uint8Array[] = []
  let kind: 'unknown' | 'events' | 'body' = 'unknown'
  let text = ''
  let doneMark = false
  const events = openEventStream((data, event) => {
    if (data.trim() === '[DONE]') doneMark = true
    else if (data.trim() !== '') assembly.add(parseEvent(data, event))
  })

  function push(bytes: Uint8Array): void {
    if (kind === 'events') events.push(bytes)
    else {
      text += decoder.decode(bytes, { stream: true })
      if (kind === 'body') return
      // Blank lines keep a connection alive: looked at again with each further one, many would take for ever.
      if (text.trimStart() === '') {
        text = ''
        return
      }
      head.push(bytes)
      if (text.trimStart().length >= headLength) decide()
    }
  }

  function decide(): void {
    kind = /^\s*(?:(?:data|event|id|retry)[ \t]*:|:)/u.test(text) ? 'events' : 'body'
    if (kind === 'events') for (const bytes of head) events.push(bytes)
    head.length = 0
  }

  function whole(): unknown {
    if (kind === 'unknown') decide()
    if (kind === 'body') return requireAnswer(parseBody(text + decoder.decode()))
    events.end()
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
  const failure = errorIn(chunk, event)
  if (failure !== undefined) throw new CallError(failure)
  return chunk
}

function parseBody(text: string): unknown {
  const start = text.trimStart()
  if (start.startsWith('<')) {
    throw new CallError({ code: 'html', message: `a web page instead of an answer: ${start.slice(0, 100)}` })
  }
  const body = parseJson(text)
  if (body !== undefined) return body
  const what = start === '' ? 'an empty response' : `a response that is not JSON: ${start.slice(0, 100)}`
  throw new CallError({ code: 'bad_response', message: what })
}

/**
 * The body of a 200, which can be an error, or an answer that the server gave up.
 * @throws CallError when it is no answer
 */
export function requireAnswer(body: unknown): unknown {
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
