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
  const wire =
    code !== undefined || chain.some((each) => /^(?:terminated|fetch failed)$/u.test(messageOf(each)))
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

/** A code of the system, of undici or of TLS; codes of Node's own usage errors are not the wire's. */
function codeOf(error: unknown): string {
  const code = isObject(error) ? textOf(error, 'code') : ''
  return /^(?:E[A-Z0-9]+$|EAI_|UND_ERR_|ERR_SSL_|ERR_TLS_|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO_|HPE_|Z_|ERR__ERROR|ERR_BROTLI|ERR_ZSTD)/u.test(
    code,
  )
    ? code
    : ''
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : ''
}
