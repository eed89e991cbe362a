import type { CallKind } from '../options.ts'
import type { ErrorCode } from '../http/refusal.ts'
import { anyKind, errorReply, hubKinds } from './fault.ts'
import type { Fault } from './fault.ts'

const limited = 'We had to rate limit your requests. Please try again later.'

export const rateLimit: Fault = {
  name: 'rate-limit',
  does: '429 with the header RateLimit: "api";r=0;t=SECONDS',
  kinds: anyKind,
  passing: true,
  instead: (exchange, { seconds = 1 }) =>
    errorReply(exchange, 429, limited, {
      headers: {
        ratelimit: `"api";r=0;t=${seconds}`,
        'ratelimit-policy': '"fixed window";"api";q=1000;w=300',
      },
    }),
}

export const retryAfter: Fault = {
  name: 'retry-after',
  does: '429 with the header Retry-After: SECONDS',
  kinds: anyKind,
  passing: true,
  instead: (exchange, { seconds = 1 }) =>
    errorReply(exchange, 429, limited, { headers: { 'retry-after': String(seconds) } }),
}

export const rateLimitBare = status('rate-limit-bare', 429, limited, '429 that does not say how long')

export const http500 = status('http-500', 500, 'Internal Error - We are working hard to fix this')
export const http502 = status('http-502', 502, 'Bad Gateway')
export const http503 = status('http-503', 503, 'Service Unavailable')
export const http504 = status('http-504', 504, 'Gateway Timeout')

export const unauthorized: Fault = {
  ...status('unauthorized', 401, 'Invalid credentials in Authorization header', 'a token that was revoked'),
  kinds: hubKinds,
  passing: false,
}

export const xetTokenExpired: Fault = {
  ...status('xet-token-expired', 401, 'The token has expired', '401 from the chunk store'),
  kinds: ['xet-chunk', 'post-xorb', 'post-shard'],
  passing: false,
}

export const commitBusy: Fault = {
  ...status(
    'commit-busy',
    409,
    'Another commit is in progress on this repository. Please retry.',
    '409 on a commit',
  ),
  kinds: ['commit'],
}

export const commitStale: Fault = {
  ...status(
    'commit-stale',
    412,
    'A commit has happened since. Please refresh and try again.',
    '412 on a commit although the head has not moved',
  ),
  kinds: ['commit'],
}

export const commitTooLarge: Fault = {
  ...status('commit-too-large', 413, 'Payload Too Large'),
  kinds: ['commit'],
  passing: false,
}

export const unknownRevision: Fault = {
  ...status(
    'unknown-revision',
    404,
    'Invalid rev id: refs/heads/main',
    '404 RevisionNotFound',
    'RevisionNotFound',
  ),
  kinds: ['preupload', 'commit', 'tree', 'paths-info', 'revision', 'resolve', 'raw', 'commits'],
}

const storing: readonly CallKind[] = ['create-repo', 'preupload', 'lfs-batch', 'commit']

export const storagePolicy: Fault = {
  ...status(
    'storage-policy',
    403,
    'Forbidden: your storage patterns tripped our internal systems. Please contact support.',
    '403 that no retry will change',
  ),
  kinds: storing,
  passing: false,
}

function status(name: string, code: number, message: string, does?: string, errorCode?: ErrorCode): Fault {
  return {
    name,
    does: does ?? `status ${code}`,
    kinds: anyKind,
    passing: true,
    instead: (exchange) =>
      errorReply(exchange, code, message, errorCode === undefined ? {} : { code: errorCode }),
  }
}
