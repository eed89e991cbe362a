import type { FailureReason } from '../../schemas/reasons.ts'
import type { WireFailure } from './call-error.ts'

/** What a failed try means for what comes next. */
export type Classified = {
  kind: /** May pass: try again. */
    | 'transient'
    /** The fault of this request: go on with the others. */
    | 'sample'
    /** Nothing at this endpoint can work. */
    | 'endpoint'
    /** A limit of the account: stop, and go on another day. */
    | 'stop'
  /** Stable, for the journal and the ledger. */
  code: FailureReason
  /** Waiting for the server (its rate limit, its restart) is no fault and uses up no retry. */
  waits: boolean
  /** The server asks for less at a time. */
  congested: boolean
  /** Worth asking again at the next start of the run. */
  retryable: boolean
}

const contextLength =
  /maximum context length|context[ _-]?(?:length|size|window)|max_tokens must be at least 1|is too large: \d+|longer than the model|prompt is too long|input is too long/iu
const contentFilter =
  /content[ _-]?(?:filter|policy|management)|moderat|flagged|responsible ?ai|new_sensitive|sensitive (?:content|word)|敏感|违规/iu
const quota =
  /insufficient[ _](?:quota|balance|credits?|funds)|current quota|billing[ _](?:hard|not)|credit balance|out of credits|payment required|余额不足|欠费/iu
const parameter = new RegExp(
  [
    'unknown_parameter|unsupported_parameter|unsupported_value|extra_forbidden|literal_error|unrecogni[sz]ed',
    'extra (?:inputs|fields|parameters)|not permitted|cannot find field|additional properties|input should be',
    '(?:unknown|unsupported|unexpected|invalid|extraneous) (?:request )?(?:params?|parameters?|names?|fields?|arguments?|values?|keys?|keyword|property|properties|options?)',
    '(?:parameters?|fields?|arguments?|property)\\b.{0,60}(?:not (?:supported|allowed|recogni[sz]ed|available)|unsupported)',
    'not (?:an? )?(?:valid|known|supported) (?:request )?(?:parameter|field|property|option)',
    '(?:does not|doesn.t) support (?:the )?(?:parameter|[`"\u2019\']?\\w+[`"\u2019\']? parameter)',
    '参数.{0,10}(?:错误|不支持|无效|非法)|不支持.{0,12}参数',
  ].join('|'),
  'iu',
)
/** A chat template that takes the begun think block out again, or a server that lets none be begun (vLLM, llama.cpp). */
const continuation =
  /continue_final_message|final message does not appear|response prefill|prefix completion/iu
const oversized = /request too large|too large for/iu
const tls =
  /CERT|SELF_SIGNED|ERR_TLS|ERR_SSL|ERR_OSSL|UNABLE_TO_|EPROTO|^INVALID_(?:CA|PURPOSE)$|HOSTNAME_MISMATCH|PATH_LENGTH_EXCEEDED/u
const unreachable =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/u

/** Codes that the client gives to responses without an error of the server's. */
const ownCodes = ['html', 'no_choices', 'bad_response', 'broken_stream', 'broken_off'] as const

/**
 * Sorts a failure. `succeeded` says whether this endpoint has answered in this run: a server that did is restarting when
 * it cannot be reached, one that did not is not there.
 */
export function classifyFailure(failure: WireFailure, { succeeded }: { succeeded: boolean }): Classified {
  const { status, code } = failure
  const text = `${code} ${failure.message}`
  if (status === 0 && code === 'timeout') return sample('timeout', { retryable: true })
  const own = status === 0 ? ownCodes.find((each) => each === code) : undefined
  if (own) return transient(own)
  if (status === 402 || (status !== 401 && status !== 404 && quota.test(text))) return stop('quota')
  if (status === 429) return classifyRateLimit(text)
  if ((status === 0 || (status >= 400 && status <= 500)) && isContextLength(status, text))
    return sample('context_length')
  if ([0, 400, 403, 422, 451].includes(status) && contentFilter.test(text)) return sample('content_filter')
  if (status === 0) return classifyTransport(code, succeeded)
  return classifyStatus(status, text, succeeded)
}

function classifyRateLimit(text: string): Classified {
  if (oversized.test(text)) return sample('request_too_large')
  return { ...transient('rate_limit'), waits: true, congested: true }
}

/** A 500 is a context overflow only in the one wording that llama.cpp first sent with it. */
function isContextLength(status: number, text: string): boolean {
  return status === 500
    ? /exceed_context_size|exceeds? the available context/iu.test(text)
    : contextLength.test(text)
}

function classifyTransport(code: string, succeeded: boolean): Classified {
  if (tls.test(code)) return succeeded ? transient('connection') : endpoint('tls')
  if (unreachable.test(code)) return { ...transient('unreachable'), waits: succeeded }
  return transient('connection')
}

function classifyStatus(status: number, text: string, succeeded: boolean): Classified {
  if (status >= 300 && status < 400) return endpoint('not_found')
  if (status === 401) return endpoint('auth')
  if (status === 403) return succeeded ? sample('http_403', { retryable: true }) : endpoint('auth')
  if (status === 404 || status === 405 || status === 501) return endpoint('not_found')
  if (status === 408 || status === 409 || status === 425) return transient(`http_${status}`)
  if (status === 503 || status === 529) return { ...transient(`http_${status}`), congested: true }
  if (status >= 500) return transient(`http_${status}`)
  if ((status === 400 || status === 422) && continuation.test(text)) return endpoint('prefill')
  if ((status === 400 || status === 422) && parameter.test(text)) return endpoint('parameter')
  // Before the first answer it may be the recipe that is wrong: asked again once that is corrected.
  return sample(`http_${status}`, { retryable: !succeeded })
}

function transient(code: FailureReason): Classified {
  return { kind: 'transient', code, waits: false, congested: false, retryable: true }
}

function sample(code: FailureReason, { retryable } = { retryable: false }): Classified {
  return { kind: 'sample', code, waits: false, congested: false, retryable }
}

function endpoint(code: FailureReason): Classified {
  return { kind: 'endpoint', code, waits: false, congested: false, retryable: true }
}

function stop(code: FailureReason): Classified {
  return { kind: 'stop', code, waits: false, congested: false, retryable: true }
}
