import type { Refusal } from './refusal.ts'

/** What a call answers with. `head` sends the headers of a body without the body. */
export type Reply = {
  status: number
  headers?: Record<string, string>
  body?: ReplyBody
  /** Faults of the wire: the socket is cut before the answer, or after so many bytes of the body. */
  cutAfter?: number
  /** Faults of the wire: so many bytes of the body at a time, with a pause in milliseconds between them. */
  drip?: { bytes: number; pause: number }
}

/** Bytes in memory, or a range of a file: `start` and `end` in bytes, `end` not included. */
export type ReplyBody = { bytes: Uint8Array } | { file: string; start: number; end: number }

export function jsonReply(value: unknown, status = 200, headers: Record<string, string> = {}): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: { bytes: Buffer.from(JSON.stringify(value)) },
  }
}

/** An error in the Hub's form: JSON body, and the same in headers. */
export function refusalReply(refusal: Refusal): Reply {
  return jsonReply({ error: refusal.message, ...refusal.extra }, refusal.status, {
    'x-error-message': refusal.message.replaceAll(/[^\u0020-\u007e]/g, '?'),
    ...(refusal.code === undefined ? {} : { 'x-error-code': refusal.code }),
    ...refusal.headers,
  })
}

/** An error in the form of an S3 object store. */
export function storageErrorReply(status: number, code: string, message: string): Reply {
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`
  return { status, headers: { 'content-type': 'application/xml' }, body: { bytes: Buffer.from(text) } }
}

/** The whole content or, when a `Range` header asks for it, a part of it with status 206; 416 when it lies outside. */
export function contentReply(
  content: { bytes: Uint8Array } | { file: string; size: number },
  range: string | undefined,
  headers: Record<string, string>,
): Reply {
  const size = 'bytes' in content ? content.bytes.length : content.size
  const all = { 'accept-ranges': 'bytes', ...headers }
  const wanted = range === undefined ? undefined : parseRange(range, size)
  if (wanted === 'unsatisfiable') return { status: 416, headers: { 'content-range': `bytes */${size}` } }
  const { start, end } = wanted ?? { start: 0, end: size }
  const body =
    'bytes' in content ? { bytes: content.bytes.subarray(start, end) } : { file: content.file, start, end }
  if (wanted === undefined) return { status: 200, headers: all, body }
  return { status: 206, headers: { ...all, 'content-range': `bytes ${start}-${end - 1}/${size}` }, body }
}

/** One range of RFC 9110; several ranges and other units are answered with the whole, as the standard allows. */
function parseRange(
  header: string,
  size: number,
): { start: number; end: number } | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header.trim())
  if (match === null) return undefined
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return undefined
  if (first === '') {
    const length = Math.min(Number(last), size)
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size }
  }
  const start = Number(first)
  if (start >= size) return 'unsatisfiable'
  return { start, end: last === '' ? size : Math.min(Number(last) + 1, size) }
}
