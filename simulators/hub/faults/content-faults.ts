import { open } from 'node:fs/promises'
import { storageErrorReply } from '../http/reply.ts'
import { blobOid } from '../store/git.ts'
import { addCommit, findCommit } from '../store/repository.ts'
import { readable } from '../access.ts'
import { editedJson } from './fault.ts'
import type { Fault } from './fault.ts'

type BatchReply = {
  objects: { oid: string; size: number; actions?: { upload?: { header?: Record<string, string> } } }[]
}
type TreeReply = { path: string; size: number; lfs?: { oid: string } }[]

export const missingEtag: Fault = {
  name: 'missing-etag',
  does: 'the answer has no ETag',
  kinds: ['put-object', 'put-part', 'resolve', 'get-object'],
  passing: true,
  after(reply) {
    const { etag: _etag, 'x-linked-etag': _linked, ...headers } = reply.headers ?? {}
    return { ...reply, headers }
  },
}

export const wrongPartCount: Fault = {
  name: 'wrong-part-count',
  does: 'the batch answer names one part too few for a multipart upload',
  kinds: ['lfs-batch'],
  passing: true,
  after: (reply) =>
    editedJson<BatchReply>(reply, (batch) => {
      const header = batch.objects.find(({ actions }) => actions?.upload?.header)?.actions?.upload?.header
      const last = Object.keys(header ?? {}).findLast((key) => /^\d+$/.test(key))
      if (last !== undefined) delete header![last]
      return batch
    }),
}

export const objectError: Fault = {
  name: 'object-error',
  does: 'the batch answer has an error in place of the first object’s actions',
  kinds: ['lfs-batch'],
  passing: true,
  after: (reply) =>
    editedJson<BatchReply>(reply, (batch) => ({
      ...batch,
      objects: batch.objects.map((object, index) =>
        index === 0
          ? { oid: object.oid, size: object.size, error: { code: 500, message: 'Internal storage error' } }
          : object,
      ),
    })),
}

export const hashRefused: Fault = {
  name: 'hash-refused',
  does: '400: the store says that the content has another hash',
  kinds: ['put-object', 'complete-multipart'],
  passing: true,
  instead: () =>
    storageErrorReply(400, 'BadDigest', 'The content is not the object that was announced: wrong hash'),
}

export const damagedObject: Fault = {
  name: 'damaged-object',
  does: 'the upload is acknowledged, but the last byte that was stored is another',
  kinds: ['put-object', 'complete-multipart'],
  passing: false,
  async after(reply, exchange) {
    const oid = exchange.url.pathname.split('/').at(-1)!
    const size = exchange.hub.objects.size(oid)
    if (size === undefined || size === 0) return reply
    const file = await open(exchange.hub.objects.objectFile(oid), 'r+')
    const last = Buffer.alloc(1)
    await file.read(last, 0, 1, size - 1)
    await file.write(Buffer.from([last[0]! ^ 0xff]), 0, 1, size - 1)
    await file.close()
    return reply
  },
}

export const wrongOid: Fault = {
  name: 'wrong-oid',
  does: 'large files are listed with another sha256',
  kinds: ['tree', 'paths-info'],
  passing: true,
  after: (reply) =>
    editedJson<TreeReply>(reply, (rows) =>
      rows.map((row) => (row.lfs === undefined ? row : { ...row, lfs: { ...row.lfs, oid: '0'.repeat(64) } })),
    ),
}

export const expiredUrl: Fault = {
  name: 'expired-url',
  does: '403: the upload or download URL has expired, and stays so; a new one works',
  kinds: ['put-object', 'put-part', 'complete-multipart', 'get-object'],
  passing: false,
  before(exchange) {
    exchange.hub.signedUrls.expire(exchange.url)
  },
}

export const tinyPages: Fault = {
  name: 'tiny-pages',
  does: 'a page of a list has two rows',
  kinds: ['tree', 'commits', 'list-repos'],
  passing: true,
  before(exchange) {
    exchange.pageSize = 2
  },
}

export const rivalCommit: Fault = {
  name: 'rival-commit',
  does: 'somebody else commits rival.txt to the branch first, so the parent is stale',
  kinds: ['commit'],
  passing: false,
  async before(exchange) {
    const repository = readable(exchange)
    const branch = exchange.parameters['revision']!
    const parent = findCommit(repository, branch)
    if (parent === undefined) return
    const content = Buffer.from(`after ${parent.id}\n`)
    const oid = blobOid(content)
    await exchange.hub.objects.putBlob(oid, content)
    const changes = new Map([['rival.txt', { oid, size: content.length }]])
    const about = {
      title: 'A rival commit',
      message: '',
      author: 'somebody-else',
      now: exchange.hub.now(),
    }
    repository.branches.set(branch, addCommit(repository, parent, changes, about).id)
    exchange.hub.repositories.save(repository)
  },
}
