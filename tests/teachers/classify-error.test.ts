import { expect, test } from 'vitest'
import { CallError } from '../../teachers/wire/call-error.ts'
import { classifyFailure } from '../../teachers/wire/classify-error.ts'
import { describeErrorBody } from '../../teachers/wire/error-body.ts'

/** What an HTTP error with this body is taken for. */
function classify(status: number, body: unknown, succeeded = true) {
  return classifyFailure({ ...describeErrorBody(body, ''), status }, { succeeded })
}

const nested = (message: string, code: unknown = null): unknown => ({
  error: { message, code, type: 'invalid_request_error' },
})

test.each([
  [
    'OpenAI',
    400,
    nested(
      "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens (…)",
      'context_length_exceeded',
    ),
  ],
  [
    'DeepSeek',
    400,
    nested("This model's maximum context length is 65536 tokens. However, you requested 70000 tokens"),
  ],
  [
    'vLLM, old shape',
    400,
    {
      object: 'error',
      message: "This model's maximum context length is 4096 tokens.",
      type: 'BadRequestError',
      code: 400,
    },
  ],
  [
    'vLLM',
    400,
    nested(
      "'max_tokens' or 'max_completion_tokens' is too large: 32768. This model's maximum context length is 32768 tokens and your request has 100 input tokens",
      400,
    ),
  ],
  ['vLLM, negative', 400, nested('max_tokens must be at least 1, got -186')],
  [
    'SGLang',
    400,
    {
      object: 'error',
      message: "Requested token count exceeds the model's maximum context length of 4096 tokens.",
    },
  ],
  [
    'SGLang, input',
    400,
    {
      object: 'error',
      message: "The input (5000 tokens) is longer than the model's context length (4096 tokens).",
    },
  ],
  [
    'llama.cpp',
    400,
    {
      error: {
        code: 400,
        message: 'the request exceeds the available context size',
        type: 'exceed_context_size_error',
        n_ctx: 4096,
      },
    },
  ],
  [
    'llama.cpp, first',
    500,
    {
      error: {
        code: 500,
        message: 'the request exceeds the available context size',
        type: 'exceed_context_size_error',
      },
    },
  ],
  ['Ollama', 400, { error: 'the input length exceeds the context length' }],
])('a context overflow in the words of %s', (_server, status, body) => {
  expect(classify(status, body)).toMatchObject({ kind: 'sample', code: 'context_length', retryable: false })
})

test.each([
  [400, nested('The response was filtered', 'content_filter'), 'sample', 'content_filter'],
  [400, nested("triggering Azure OpenAI's content management policy"), 'sample', 'content_filter'],
  [
    403,
    { error: { code: 403, message: 'Input was flagged', metadata: { reasons: ['violence'] } } },
    'sample',
    'content_filter',
  ],
  [400, nested('Unrecognized request argument supplied: top_k'), 'endpoint', 'parameter'],
  [422, nested('Unknown parameter: min_p', 'unknown_parameter'), 'endpoint', 'parameter'],
  [422, { detail: 'something else' }, 'sample', 'http_422'],
  [401, nested('bad key'), 'endpoint', 'auth'],
  [402, nested('Insufficient Balance'), 'stop', 'quota'],
  [403, nested('forbidden'), 'sample', 'http_403'],
  [404, nested('The model `x` does not exist'), 'endpoint', 'not_found'],
  [405, '', 'endpoint', 'not_found'],
  [408, nested('Request timed out', 'timeout'), 'transient', 'http_408'],
  [409, '', 'transient', 'http_409'],
  [425, '', 'transient', 'http_425'],
  [429, nested('Rate limit reached for requests'), 'transient', 'rate_limit'],
  [
    429,
    nested('You exceeded your current quota, please check your plan', 'insufficient_quota'),
    'stop',
    'quota',
  ],
  [
    429,
    nested('Request too large for gpt on tokens per min (TPM): Limit 10000, Requested 15000'),
    'sample',
    'request_too_large',
  ],
  [500, { error: 'boom' }, 'transient', 'http_500'],
  [502, '<html>', 'transient', 'http_502'],
  [503, { error: 'server busy' }, 'transient', 'http_503'],
  [529, '', 'transient', 'http_529'],
])('status %i with %j is %s: %s', (status, body, kind, code) => {
  expect(classify(status, body)).toMatchObject({ kind, code })
})

test('what is refused before the first answer may be the recipe’s fault: the key, or asked again', () => {
  expect(classify(403, nested('forbidden'), false)).toMatchObject({ kind: 'endpoint', code: 'auth' })
  expect(classify(400, nested('odd'), false)).toMatchObject({
    kind: 'sample',
    code: 'http_400',
    retryable: true,
  })
  expect(classify(400, nested('odd'), true)).toMatchObject({
    kind: 'sample',
    code: 'http_400',
    retryable: false,
  })
})

test('only rate limits and restarts wait without using up retries, and only load lowers the limit', () => {
  expect(classify(429, '')).toMatchObject({ waits: true, congested: true })
  expect(classify(503, '')).toMatchObject({ waits: false, congested: true })
  expect(classify(500, '')).toMatchObject({ waits: false, congested: false })
})

test.each([
  ['ECONNREFUSED', true, 'transient', 'unreachable', true],
  ['ECONNREFUSED', false, 'transient', 'unreachable', false],
  ['ENOTFOUND', false, 'transient', 'unreachable', false],
  ['ECONNRESET', true, 'transient', 'connection', false],
  ['UND_ERR_SOCKET', false, 'transient', 'connection', false],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', false, 'endpoint', 'tls', false],
  ['INVALID_PURPOSE', false, 'endpoint', 'tls', false],
  ['html', false, 'transient', 'html', false],
  ['no_choices', true, 'transient', 'no_choices', false],
  ['timeout', true, 'sample', 'timeout', false],
])('%s, answered before %s, is %s: %s', (code, succeeded, kind, as, waits) => {
  const { failure } = new CallError({ code, message: 'm' })
  expect(classifyFailure(failure, { succeeded })).toMatchObject({ kind, code: as, waits })
})

test.each([
  [
    'vLLM with the template of DeepSeek-R1',
    nested(
      'continue_final_message is set but the final message does not appear in the chat after applying the chat template!',
    ),
  ],
  ['llama.cpp', nested('Assistant response prefill is incompatible with enable_thinking.')],
])('%s lets no answer be begun, which no further request can change', (_name, body) => {
  expect(classify(400, body)).toMatchObject({ kind: 'endpoint', code: 'prefill' })
})
