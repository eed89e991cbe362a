import type { Fault, FaultContext } from './fault.ts'

/** A fault that answers with a status and an error body in the shape of OpenAI's API. */
function statusFault(
  name: string,
  status: number,
  error: { message: string; type: string | null; code: string | null } & Record<string, unknown>,
  headers: (context: FaultContext) => Record<string, string> = () => ({}),
): Fault {
  return {
    name,
    status,
    respond(context) {
      context.response.writeHead(status, { 'content-type': 'application/json', ...headers(context) })
      context.response.end(JSON.stringify({ error: { ...error, param: null } }))
    },
  }
}

const rateLimit = {
  message: 'Rate limit reached for requests',
  type: 'requests',
  code: 'rate_limit_exceeded',
}

export const http500 = statusFault('http_500', 500, {
  message: 'The server had an error while processing your request',
  type: 'server_error',
  code: null,
})

export const http502: Fault = {
  name: 'http_502',
  status: 502,
  respond({ response }) {
    response.writeHead(502, { 'content-type': 'text/html' })
    response.end('<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>')
  },
}

export const http503 = statusFault('http_503', 503, {
  message: 'The engine is currently overloaded, please try again later',
  type: 'server_error',
  code: 'overloaded',
})

export const http408 = statusFault('http_408', 408, {
  message: 'Request timed out',
  type: 'timeout',
  code: null,
})

/** Rate limit with `Retry-After` in seconds, as the options say. */
export const http429 = statusFault('http_429', 429, rateLimit, ({ options }) => ({
  'retry-after': String(options.retry_after_s),
  'x-ratelimit-limit-requests': '500',
  'x-ratelimit-remaining-requests': '0',
  'x-ratelimit-reset-requests': `${options.retry_after_s}s`,
}))

/** Rate limit that asks for minutes. */
export const http429Long = statusFault('http_429_long', 429, rateLimit, ({ options }) => ({
  'retry-after': String(options.long_retry_after_s),
}))

/** Rate limit with an HTTP date as `Retry-After`. */
export const http429Date = statusFault('http_429_date', 429, rateLimit, ({ options, now }) => ({
  'retry-after': new Date(now() + options.retry_after_s * 1000).toUTCString(),
}))

/** Rate limit that does not say how long. */
export const http429Bare = statusFault('http_429_bare', 429, rateLimit)

export const insufficientQuota = statusFault('insufficient_quota', 429, {
  message: 'You exceeded your current quota, please check your plan and billing details.',
  type: 'insufficient_quota',
  code: 'insufficient_quota',
})

export const http402 = statusFault('http_402', 402, {
  message: 'Insufficient Balance',
  type: 'unknown_error',
  code: 'invalid_request_error',
})

export const http403 = statusFault('http_403', 403, {
  message: 'Your input was flagged by moderation',
  type: 'moderation_error',
  code: 'moderation',
})

export const http422 = statusFault('http_422', 422, {
  message: 'Failed to deserialize the JSON body into the target type',
  type: 'invalid_request_error',
  code: 'invalid_request_error',
})

/** Azure's content filter, which reads the prompt before the model does. */
export const promptBlocked = statusFault('prompt_blocked', 400, {
  message: "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
  type: null,
  code: 'content_filter',
  status: 400,
  innererror: {
    code: 'ResponsibleAIPolicyViolation',
    content_filter_result: { violence: { filtered: true, severity: 'medium' } },
  },
})
