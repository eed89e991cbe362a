import { bodyChunks, bodyJson } from '../http/exchange.ts'
import type { Call, Exchange } from '../http/exchange.ts'
import { contentReply, storageErrorReply } from '../http/reply.ts'
import type { Reply } from '../http/reply.ts'
import { z } from 'zod'
import type { Grant } from '../store/signed-urls.ts'

const path = /^\/objects\/[0-9a-f]{64}$/

const Completion = z.looseObject({
  oid: z.string(),
  parts: z.array(z.looseObject({ partNumber: z.int().positive(), etag: z.string() })),
})

/** What the object store answers. The action is in the URL's query, so a part and a whole object have one path. */
export const objectCalls: readonly Call[] = [
  { kind: 'put-object', methods: ['PUT'], path, answer: putObject },
  { kind: 'put-part', methods: ['PUT'], path, answer: putPart },
  { kind: 'complete-multipart', methods: ['POST'], path, answer: completeMultipart },
  { kind: 'get-object', methods: ['GET', 'HEAD'], path, answer: getObject },
]

async function putObject(exchange: Exchange): Promise<Reply> {
  return allowed(exchange, 'put-object', async ({ oid, size }) => {
    const outcome = await exchange.hub.objects.put(oid, size, bodyChunks(exchange))
    return outcome === 'stored'
      ? { status: 200, headers: { etag: `"${oid}"` } }
      : storageErrorReply(400, 'BadDigest', `The content is not the object that was announced: ${outcome}`)
  })
}

async function putPart(exchange: Exchange): Promise<Reply> {
  return allowed(exchange, 'put-part', async ({ upload, part }) => {
    const etag = await exchange.hub.objects.putPart(upload!, part!, bodyChunks(exchange))
    return { status: 200, headers: { etag } }
  })
}

async function completeMultipart(exchange: Exchange): Promise<Reply> {
  return allowed(exchange, 'complete-multipart', async ({ oid, size, upload }) => {
    const { parts } = await bodyJson(exchange, Completion)
    const outcome = await exchange.hub.objects.join(
      upload!,
      oid,
      size,
      parts.map(({ partNumber, etag }) => ({ part: partNumber, etag })),
    )
    return outcome === 'stored'
      ? { status: 200 }
      : storageErrorReply(400, 'InvalidPart', `The parts do not make the object: ${outcome}`)
  })
}

async function getObject(exchange: Exchange): Promise<Reply> {
  return allowed(exchange, 'get-object', ({ oid }) => {
    const size = exchange.hub.objects.size(oid)
    if (size === undefined) return storageErrorReply(404, 'NoSuchKey', 'The specified key does not exist.')
    return contentReply(
      { file: exchange.hub.objects.objectFile(oid), size },
      exchange.request.headers.range,
      {
        etag: `"${oid}"`,
        'content-type': 'application/octet-stream',
      },
    )
  })
}

async function allowed(
  exchange: Exchange,
  action: Grant['action'],
  then: (grant: Grant) => Promise<Reply> | Reply,
): Promise<Reply> {
  // A presigned URL says who may do what; S3 refuses a request that says it twice.
  if (exchange.entry.authorization) {
    return storageErrorReply(400, 'InvalidArgument', 'Only one auth mechanism allowed')
  }
  const grant = exchange.hub.signedUrls.check(exchange.url, action)
  if (grant === 'expired') return storageErrorReply(403, 'AccessDenied', 'Request has expired')
  if (grant === 'wrong signature') {
    return storageErrorReply(403, 'SignatureDoesNotMatch', 'The request signature does not match')
  }
  return then(grant)
}
