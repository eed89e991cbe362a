import { errors } from 'undici'
import { CallError, type WireFailure } from './call-error.ts'
import { isObject, textOf } from '../json.ts'

/**
 * Describes an exception of the client or the transport as a failure of the wire.
 * @throws the exception itself when it is none of the wire's, so that a defect of the program is not retried
 */
export function describeFailure(error: unknown): WireFailure {
  const chain = causesOf(error)
  const known = chain.find((each) => each instanceof CallError)
  if (known !== undefined) return known.failure
  if (chain.some((each) => each instanceof SyntaxError)) {
    return new CallError({ code: 'bad_response', message: 'a part of the response is not JSON' }).failure
  }
  const code = chain.map(codeOf).findLast((each) => each !== '')
  const wire = code !== undefined || chain.some(isOfWire)
  if (!wire) throw error
  return new CallError({ code: code ?? 'connection', message: messageOf(chain.at(-1)) || (code ?? '') })
    .failure
}

function causesOf(error: unknown): unknown[] {
  const chain: unknown[] = []
  for (let each = error; each !== undefined && each !== null && chain.length < 8;) {
    chain.push(each)
    each = isObject(each) ? each['cause'] : undefined
  }
  return chain
}

/** What comes of fetch, and what is no HTTP at all, of which some has no code. */
function isOfWire(error: unknown): boolean {
  return error instanceof errors.HTTPParserError || /^(?:terminated|fetch failed)$/u.test(messageOf(error))
}

/** A code of the system, of undici, of TLS or of a certificate; codes of Node's own usage errors are not the wire's. */
function codeOf(error: unknown): string {
  const code = isObject(error) ? textOf(error, 'code') : ''
  return /^(?!ERR_)[A-Z][A-Z0-9_]+$|^ERR_(?:OSSL_|SSL_|TLS_|BROTLI|ZSTD|_ERROR)/u.test(code) ? code : ''
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : ''
}
