import { commitAt, filesReadable } from '../access.ts'
import type { Call, Exchange } from '../http/exchange.ts'
import { Refusal } from '../http/refusal.ts'
import { contentReply } from '../http/reply.ts'
import type { Reply } from '../http/reply.ts'
import { pointerText } from '../store/git.ts'
import type { Commit, FileEntry } from '../store/repository.ts'
import { pagePattern } from '../http/paths.ts'

/** The content of a file; of a large one, the way to it on the object store. */
export const resolve: Call = {
  kind: 'resolve',
  methods: ['GET', 'HEAD'],
  path: pagePattern('/resolve/:revision/:path'),
  answer: answerResolve,
}

/** What git holds: the content of a small file, the pointer of a large one. */
export const raw: Call = {
  kind: 'raw',
  methods: ['GET', 'HEAD'],
  path: pagePattern('/raw/:revision/:path'),
  answer: answerRaw,
}

async function answerResolve(exchange: Exchange): Promise<Reply> {
  const { hub } = exchange
  const { commit, entry } = find(exchange)
  const { lfs } = entry
  if (lfs === undefined) return blobReply(exchange, commit, entry)
  return {
    status: 302,
    headers: {
      location: hub.signedUrls.make({ action: 'get-object', oid: lfs.oid, size: lfs.size }),
      'x-linked-size': String(lfs.size),
      'x-linked-etag': `"${lfs.oid}"`,
      'x-repo-commit': commit.id,
      'accept-ranges': 'bytes',
      vary: 'Origin, Accept',
    },
  }
}

async function answerRaw(exchange: Exchange): Promise<Reply> {
  const { commit, entry } = find(exchange)
  return blobReply(exchange, commit, entry)
}

async function blobReply(exchange: Exchange, commit: Commit, entry: FileEntry): Promise<Reply> {
  const bytes =
    entry.lfs === undefined
      ? await exchange.hub.objects.readBlob(entry.oid)
      : Buffer.from(pointerText(entry.lfs.oid, entry.lfs.size))
  return contentReply({ bytes }, exchange.request.headers.range, {
    etag: `"${entry.oid}"`,
    'content-type': 'text/plain; charset=utf-8',
    'x-repo-commit': commit.id,
  })
}

function find(exchange: Exchange): { commit: Commit; entry: FileEntry } {
  const repository = filesReadable(exchange)
  const commit = commitAt(repository, exchange.parameters['revision']!)
  const entry = commit.files.get(exchange.parameters['path']!)
  if (entry === undefined) {
    throw new Refusal(404, 'Entry not found', {
      code: 'EntryNotFound',
      headers: { 'x-repo-commit': commit.id },
    })
  }
  return { commit, entry }
}
