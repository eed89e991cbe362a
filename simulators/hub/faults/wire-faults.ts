import { bodyChunks } from '../http/exchange.ts'
import { anyKind } from './fault.ts'
import type { Fault } from './fault.ts'

export const reset: Fault = {
  name: 'reset',
  does: 'the socket is cut before the body is read',
  kinds: anyKind,
  passing: true,
  instead: () => ({ status: 0, cutAfter: 0 }),
}

export const resetMidPut: Fault = {
  name: 'reset-mid-put',
  does: 'the socket is cut when half of the upload has come',
  kinds: ['put-object', 'put-part', 'commit'],
  passing: true,
  async instead(exchange) {
    const half = Number(exchange.request.headers['content-length'] ?? 0) / 2
    let came = 0
    for await (const chunk of bodyChunks(exchange)) {
      came += chunk.length
      if (came >= half) break
    }
    return { status: 0, cutAfter: 0 }
  },
}

export const lostReply: Fault = {
  name: 'lost-reply',
  does: 'the call has its effect, then the socket is cut without an answer',
  kinds: anyKind,
  passing: true,
  after: (reply) => ({ ...reply, cutAfter: 0 }),
}

export const commitLostReply: Fault = {
  name: 'commit-lost-reply',
  does: 'the commit is made, then the socket is cut without an answer',
  kinds: ['commit'],
  passing: false,
  after: (reply) => ({ ...reply, cutAfter: 0 }),
}

export const commitLate500: Fault = {
  name: 'commit-late-500',
  does: 'the commit is made, but the answer is status 500',
  kinds: ['commit'],
  passing: false,
  after: () => ({ status: 500, headers: { 'content-type': 'text/html' } }),
}

export const commitLate504: Fault = {
  name: 'commit-late-504',
  does: 'the commit is made, but a gateway gives up before and answers 504',
  kinds: ['commit'],
  passing: false,
  after: () => ({ status: 504, headers: { 'content-type': 'text/html' } }),
}

export const slowBody: Fault = {
  name: 'slow-body',
  does: 'the answer comes 1 KiB at a time, 5 ms apart',
  kinds: anyKind,
  passing: true,
  after: (reply) => ({ ...reply, drip: { bytes: 1024, pause: 5 } }),
}

export const cutBody: Fault = {
  name: 'cut-body',
  does: 'the socket is cut in the middle of the answer',
  kinds: ['resolve', 'raw', 'get-object', 'tree', 'revision', 'repo-info'],
  passing: true,
  after(reply) {
    if (reply.body === undefined) return reply
    const size = 'bytes' in reply.body ? reply.body.bytes.length : reply.body.end - reply.body.start
    return { ...reply, cutAfter: Math.ceil(size / 2) }
  },
}

export const redirectAway: Fault = {
  name: 'redirect-away',
  does: '307 to another origin, which must not see the token',
  kinds: anyKind,
  passing: true,
  instead({ hub, entry }) {
    const away = entry.origin === 'hub' ? hub.objectsUrl : hub.url
    return { status: 307, headers: { location: `${away}/elsewhere${entry.path}` } }
  },
}
