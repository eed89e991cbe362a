import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { pagePath, readable, uploadable, writable } from '../access.ts'
import { bodyJson } from '../http/exchange.ts'
import type { Call, Exchange, HubState } from '../http/exchange.ts'
import { Refusal } from '../http/refusal.ts'
import { jsonReply } from '../http/reply.ts'
import type { Reply } from '../http/reply.ts'
import { xetHeaders } from '../xet/calls.ts'
import { pagePattern } from '../http/paths.ts'

const LargeObject = z.looseObject({ oid: z.string().regex(/^[0-9a-f]{64}$/), size: z.int().nonnegative() })

const Batch = z.looseObject({
  operation: z.enum(['upload', 'download']),
  ref: z.looseObject({ name: z.string() }).nullish(),
  transfers: z.array(z.string()).default(['basic']),
  objects: z.array(LargeObject),
})

const contentType = 'application/vnd.git-lfs+json'

/** Where each large file goes. Objects that are stored already get no action, which is how an upload goes on. */
export const lfsBatch: Call = {
  kind: 'lfs-batch',
  methods: ['POST'],
  path: pagePattern('\\.git/info/lfs/objects/batch'),
  answer: answerBatch,
}

/** Whether an object has arrived whole. */
export const lfsVerify: Call = {
  kind: 'lfs-verify',
  methods: ['POST'],
  path: pagePattern('\\.git/info/lfs/objects/verify'),
  answer: answerVerify,
}

async function answerBatch(exchange: Exchange): Promise<Reply> {
  const { hub } = exchange
  const batch = await bodyJson(exchange, Batch)
  if (batch.operation === 'download') {
    readable(exchange)
    const objects = batch.objects.map((object) => downloadAction(hub, object))
    return lfsReply({ transfer: 'basic', objects })
  }
  // A batch for a pull request names no branch.
  const { repository } = batch.ref == null ? uploadable(exchange) : writable(exchange)
  const verify = `${hub.url}/${pagePath(repository)}.git/info/lfs/objects/verify`
  if (hub.xet && batch.transfers.includes('xet')) {
    const revision = encodeURIComponent(batch.ref?.name ?? 'main')
    const href = `${hub.url}/api/${repository.type}s/${repository.name}/xet-write-token/${revision}`
    const { token, expires } = hub.xetTokens.issue()
    const upload = { href, header: { ...xetHeaders(hub, token, expires), 'X-Xet-Session-Id': randomUUID() } }
    return lfsReply({
      transfer: 'xet',
      objects: batch.objects.map(({ oid, size }) =>
        hub.objects.size(oid) === size ? { oid, size } : { oid, size, actions: { upload } },
      ),
    })
  }
  // One transfer serves the whole reply, so multipart is answered when any object needs it and the client can.
  const multipart =
    batch.transfers.includes('multipart') && batch.objects.some(({ size }) => size >= hub.multipart.from)
  return lfsReply({
    transfer: multipart ? 'multipart' : 'basic',
    objects: batch.objects.map(({ oid, size }) => {
      if (hub.objects.size(oid) === size) return { oid, size }
      const upload =
        multipart && size >= hub.multipart.from
          ? multipartAction(hub, oid, size)
          : basicAction(hub, oid, size)
      return { oid, size, authenticated: true, actions: { upload, verify: { href: verify } } }
    }),
  })
}

async function answerVerify(exchange: Exchange): Promise<Reply> {
  uploadable(exchange)
  const { oid, size } = await bodyJson(exchange, LargeObject)
  if (exchange.hub.objects.size(oid) !== size) {
    throw new Refusal(404, `The object ${oid} of ${size} bytes is not stored`)
  }
  return lfsReply({ success: true })
}

function basicAction(hub: HubState, oid: string, size: number): { href: string } {
  return { href: hub.signedUrls.make({ action: 'put-object', oid, size }) }
}

function multipartAction(
  hub: HubState,
  oid: string,
  size: number,
): { href: string; header: Record<string, string> } {
  const upload = randomUUID()
  const header: Record<string, string> = { chunk_size: String(hub.multipart.partSize) }
  for (let part = 1; part <= Math.ceil(size / hub.multipart.partSize); part++) {
    const url = hub.signedUrls.make({ action: 'put-part', oid, size, upload, part })
    header[String(part).padStart(5, '0')] = url
  }
  return { href: hub.signedUrls.make({ action: 'complete-multipart', oid, size, upload }), header }
}

function downloadAction(hub: HubState, { oid, size }: { oid: string; size: number }): object {
  if (hub.objects.size(oid) !== size)
    return { oid, size, error: { code: 404, message: 'Object does not exist' } }
  return {
    oid,
    size,
    actions: { download: { href: hub.signedUrls.make({ action: 'get-object', oid, size }) } },
  }
}

function lfsReply(value: unknown): Reply {
  return jsonReply(value, 200, { 'content-type': contentType })
}
