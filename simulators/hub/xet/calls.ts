import { readable, uploadable } from '../access.ts'
import { apiPath } from '../http/paths.ts'
import { bodyBytes, bodyChunks } from '../http/exchange.ts'
import type { Call, Exchange, HubState } from '../http/exchange.ts'
import { Refusal } from '../http/refusal.ts'
import { jsonReply } from '../http/reply.ts'
import type { Reply } from '../http/reply.ts'
import { filesOfShard } from './shard.ts'
import type { XetFile } from './shard.ts'
import { chunksOf } from './xorb.ts'

/** Where the chunk store is and a token for it, as JSON for one client and as headers for another. */
export const xetToken: Call = {
  kind: 'xet-token',
  methods: ['GET'],
  path: apiPath('/xet-(?<access>read|write)-token/:revision'),
  answer(exchange) {
    if (exchange.parameters['access'] === 'write') uploadable(exchange)
    else readable(exchange)
    const { token, expires } = exchange.hub.xetTokens.issue()
    const reply = { casUrl: exchange.hub.casUrl, accessToken: token, exp: expires }
    return jsonReply(reply, 200, xetHeaders(exchange.hub, token, expires))
  },
}

/**
 * What the chunk store answers. Every chunk is unknown to it, so clients send all; what a shard puts together goes to the object store, where
 * its hash is checked and every reader finds it.
 */
export const xetCalls: readonly Call[] = [
  {
    kind: 'xet-chunk',
    methods: ['GET'],
    path: /^\/v1\/chunks\/default(-merkledb)?\/[0-9a-f]{64}$/,
    answer(exchange) {
      admitted(exchange)
      throw new Refusal(404, 'The chunk is not known')
    },
  },
  {
    kind: 'post-xorb',
    methods: ['POST'],
    path: /^\/v1\/xorbs\/default\/(?<hash>[0-9a-f]{64})$/,
    async answer(exchange) {
      admitted(exchange)
      const hash = exchange.parameters['hash']!
      const isNew = await exchange.hub.objects.putXorb(hash, bodyChunks(exchange))
      return jsonReply({ was_inserted: isNew })
    },
  },
  { kind: 'post-shard', methods: ['POST'], path: /^(\/v1)?\/shards$/, answer: answerShard },
]

/** The headers in which a token for the chunk store travels. */
export function xetHeaders(hub: HubState, token: string, expires: number): Record<string, string> {
  return {
    'X-Xet-Cas-Url': hub.casUrl,
    'X-Xet-Access-Token': token,
    'X-Xet-Token-Expiration': String(expires),
  }
}

async function answerShard(exchange: Exchange): Promise<Reply> {
  admitted(exchange)
  const shard = await bodyBytes(exchange)
  try {
    for (const file of filesOfShard(shard)) await assemble(exchange.hub, file)
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw new Refusal(400, `The shard or a xorb of it cannot be read: ${(error as Error).message}`)
  }
  return jsonReply({ result: 1 })
}

/** Puts a file together from its chunks as an object; 400 when a xorb is missing or the hash is another. */
async function assemble(hub: HubState, file: XetFile): Promise<void> {
  if (file.sha256 === undefined) return
  const missing = file.terms.find(({ xorb }) => !hub.objects.hasXorb(xorb))
  if (missing !== undefined) throw new Refusal(400, `The xorb ${missing.xorb} is not stored`)
  const size = file.terms.reduce((sum, { length }) => sum + length, 0)
  const outcome = await hub.objects.put(file.sha256, size, contentOf(hub, file))
  if (outcome !== 'stored') {
    throw new Refusal(400, `The chunks of ${file.hash} are not the object that was announced: ${outcome}`)
  }
}

async function* contentOf(hub: HubState, file: XetFile): AsyncGenerator<Uint8Array> {
  for (const { xorb, start, end } of file.terms) yield* chunksOf(await hub.objects.readXorb(xorb), start, end)
}

function admitted(exchange: Exchange): void {
  if (!exchange.hub.xetTokens.isValid(exchange.request.headers.authorization)) {
    throw new Refusal(401, 'The token for the chunk store is unknown or has expired')
  }
}
