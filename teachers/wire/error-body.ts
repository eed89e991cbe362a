import { isNestedDeeply, isObject, nestedText, parseJson, textOf } from '../json.ts'
import { CallError, oneLine, type WireFailure } from './call-error.ts'

/** Members that hold a server's own sentence, or lead to it, in the order in which they are looked at. */
const sentences = [
  'message',
  'msg',
  'detail',
  'details',
  'error_msg',
  'error_message',
  'errorMessage',
  'errmsg',
  'status_msg',
  'error_description',
  'description',
  'faultstring',
  'reason',
  'title',
] as const
const codes = ['code', 'type', 'status', 'error_code', 'errorCode', 'error_type', 'status_code'] as const
const statuses = ['code', 'status', 'status_code', 'statusCode', 'http_status', 'error_code'] as const

/** HTTP statuses that stand behind MiniMax's codes, which come in a 200. Source: its documentation of error codes. */
const statusesOfMiniMax: Readonly<Record<number, number>> = {
  1001: 504,
  1002: 429,
  1004: 401,
  1008: 402,
  1026: 400,
  1027: 400,
  1039: 429,
  1041: 429,
  2013: 400,
  2049: 401,
}

/** What a sentence says about the status where nothing states one. */
const statusesBySentence: readonly [number, RegExp][] = [
  [402, /insufficient[ _](?:quota|balance|credit|funds)|credit balance|out of credits|余额不足/iu],
  [429, /rate.?limit|too many requests|throttl|request limit|请求(?:过于)?频繁/iu],
  [401, /unauthori[sz]ed|authentication|invalid api.?key|incorrect api.?key/iu],
  [
    400,
    /unknown (?:name|field|parameter)|invalid (?:params?|parameter|argument)|parameters?\b.{0,60}(?:invalid|not supported)|extra_forbidden|sensitive|参数/iu,
  ],
]

/**
 * The failure in an error body, in any of its shapes: `{error: {…}}`, `{error: 'text'}`, `{object: 'error', …}`, a list
 * of one (Gemini), `{detail: [{loc, msg}]}` (FastAPI), `{message: {detail}}` (Mistral), `{base_resp: {…}}` (MiniMax), and
 * others that say it in a member with one of the usual names. An HTTP status that the body states is the failure's.
 */
export function describeErrorBody(body: unknown, fallback: string): WireFailure {
  if (isNestedDeeply(body))
    return new CallError({ message: `${fallback || 'an error'}; its body ${nestedText}` }).failure
  const outer = unwrapped(firstObject(body))
  const inner = innermost(outer)
  const details = isObject(inner['metadata']) ? ` ${JSON.stringify(inner['metadata'])}` : ''
  // llama.cpp states the size beside the message, its first version there alone.
  const context = typeof inner['n_ctx'] === 'number' ? ` (n_ctx ${inner['n_ctx']})` : ''
  const sentence = typeof body === 'string' ? pageTitle(body) : sentenceOf(outer)
  return new CallError({
    status: statusOf(inner) || statusOf(outer),
    code: codeOf(inner) || codeOf(outer),
    // A sentence of control characters says nothing.
    message: (oneLine(sentence) || fallback) + details + context,
  }).failure
}

/**
 * The failure that a body of a 200 or an event is in place of an answer; `undefined` when it is none.
 *
 * @param event the name of the event, empty for a body
 */
export function errorIn(body: unknown, event = ''): WireFailure | undefined {
  const outer = unwrapped(firstObject(body))
  if (event !== 'error' && !saysError(outer)) return undefined
  const failure = describeErrorBody(body, 'an error without a message')
  const guessed = statusesBySentence.find(([, words]) => words.test(`${failure.code} ${failure.message}`))
  return { ...failure, status: failure.status || (guessed?.[0] ?? 500) }
}

function saysError(body: Record<string, unknown>): boolean {
  if ((body['error'] ?? null) !== null || body['object'] === 'error' || body['type'] === 'error') return true
  const base = body['base_resp']
  if (isObject(base) && typeof base['status_code'] === 'number' && base['status_code'] !== 0) return true
  if (/^(?:error|fail(?:ed|ure)?)$/iu.test(textOf(body, 'status')) && !Array.isArray(body['choices']))
    return true
  if (body['success'] === false || (Array.isArray(body['errors']) && body['errors'].length > 0)) return true
  return (
    !Array.isArray(body['choices']) &&
    (body['detail'] !== undefined || statusOf(body) !== 0 || codeOf(body) !== '') &&
    sentenceOf(body) !== ''
  )
}

/** The members of a body in the spelling of all others, out of what some gateways put around their errors. */
function unwrapped(body: Record<string, unknown>): Record<string, unknown> {
  const lower = ['Error', 'Message', 'Code'].some((name) => name in body) ? lowerCased(body) : body
  const says = sentences.some((name) => lower[name] !== undefined) || 'error' in lower || 'errors' in lower
  if (says || 'choices' in lower) return lower
  const around = ['Response', 'ResponseMetadata', 'fault', 'header', 'data', 'result'].map(
    (name) => lower[name],
  )
  const inside = around.find(isObject)
  return inside === undefined ? lower : unwrapped(inside)
}

function lowerCased(body: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      /^(?:Error|Message|Code)$/u.test(name) ? name.toLowerCase() : name,
      isObject(value) ? lowerCased(value) : value,
    ]),
  )
}

/** Some servers put their error into a list. */
function firstObject(body: unknown): Record<string, unknown> {
  const first: unknown = Array.isArray(body) ? body[0] : body
  return isObject(first) ? first : {}
}

/** The object that describes the error, which may be inside of others. */
function innermost(body: Record<string, unknown>): Record<string, unknown> {
  const nested = ['error', 'base_resp', 'detail', 'message'].map((name) => body[name]).find(isObject)
  const [first] = ['errors', 'detail'].flatMap((name) =>
    Array.isArray(body[name]) ? (body[name] as unknown[]) : [],
  )
  const inner = nested ?? (isObject(first) ? first : undefined)
  return inner === undefined ? body : innermost(inner)
}

function sentenceOf(value: unknown): string {
  if (typeof value === 'string') return sentenceInText(value.trim())
  if (Array.isArray(value)) return value.map(sentenceOf).filter(Boolean).slice(0, 3).join('; ')
  if (!isObject(value)) return ''
  const { loc, error, errors, base_resp: base } = value
  if (Array.isArray(loc)) return `${pathOf(loc)}: ${sentenceOf(value['msg'])}`
  const inside = [error, base, isObject(errors) ? fieldsOf(errors) : errors]
    .filter((each) => typeof each === 'object')
    .map(sentenceOf)
  const stated = [...inside, ...sentences.map((name) => sentenceOf(value[name]))].find(Boolean)
  return stated ?? (typeof error === 'string' ? error.trim() : '')
}

/** Where FastAPI found a mistake: names and numbers of members. */
function pathOf(loc: readonly unknown[]): string {
  return loc.filter((each) => typeof each === 'string' || typeof each === 'number').join('.')
}

/** What is wrong with each field, by its name. */
function fieldsOf(errors: Record<string, unknown>): string[] {
  return Object.entries(errors).map(([name, value]) => `${name}: ${sentenceOf(value)}`)
}

/** A gateway's message can be the whole body of the server behind it. */
function sentenceInText(text: string): string {
  const parsed = text.startsWith('{') ? parseJson(text) : undefined
  const inside = isNestedDeeply(parsed) ? undefined : parsed
  return (isObject(inside) ? sentenceOf(unwrapped(inside)) : '') || text
}

function codeOf(holder: Record<string, unknown>): string {
  const stated = codes.map((name) => textOf(holder, name)).find((code) => code !== '' && code !== 'error')
  if (stated !== undefined) return stated
  const number = [holder['code'], holder['error_code'], holder['status_code']].find(
    (code) => typeof code === 'number' && (code < 400 || code > 599) && code !== 0,
  )
  return typeof number === 'number' ? `${number}` : ''
}

function statusOf(holder: Record<string, unknown>): number {
  for (const name of statuses) {
    const value = holder[name]
    // An object may refuse to become a number.
    const stated = typeof value === 'string' || typeof value === 'number' ? Number(value) : 0
    if (stated >= 400 && stated < 600) return stated
  }
  return typeof holder['status_code'] === 'number' ? (statusesOfMiniMax[holder['status_code']] ?? 0) : 0
}

/** Of a web page its title or first heading, of XML its message, of another text all of it. */
function pageTitle(text: string): string {
  if (text.trimStart().startsWith('<?xml'))
    return /<message>(?<message>[^<]*)</iu.exec(text)?.groups?.['message'] ?? text
  return /^\s*<(?:!doctype|html)/iu.test(text)
    ? (/<(?:title|h\d)[^>]*>\s*(?<title>[^<]*[^<\s])/iu.exec(text)?.groups?.['title'] ?? 'a web page')
    : text
}
