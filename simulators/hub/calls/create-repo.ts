import { createHash, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { mayWrite, pagePath, signedIn } from '../access.ts'
import { bodyJson } from '../http/exchange.ts'
import type { Call, Exchange } from '../http/exchange.ts'
import { Refusal } from '../http/refusal.ts'
import { jsonReply } from '../http/reply.ts'
import type { Reply } from '../http/reply.ts'
import { blobOid } from '../store/git.ts'
import { addCommit } from '../store/repository.ts'
import type { Repository } from '../store/repository.ts'
import { defaultGitAttributes } from './git-attributes.ts'

const Body = z.looseObject({
  name: z.string().min(1),
  organization: z.string().nullish(),
  type: z.enum(['model', 'dataset', 'space']).nullish(),
  visibility: z.enum(['public', 'private', 'protected']).nullish(),
  private: z.boolean().nullish(),
  license: z.string().nullish(),
  files: z
    .array(z.looseObject({ path: z.string(), content: z.string(), encoding: z.literal('base64') }))
    .nullish(),
})

/** Makes a repository with one commit: the attributes that say which files are large, and what the client gave. */
export const createRepo: Call = {
  kind: 'create-repo',
  methods: ['POST'],
  path: /^\/api\/repos\/create$/,
  answer,
}

async function answer(exchange: Exchange): Promise<Reply> {
  const { hub } = exchange
  const caller = signedIn(exchange)
  const body = await bodyJson(exchange, Body)
  const name = body.name.includes('/') ? body.name : `${body.organization ?? caller.user}/${body.name}`
  if (!/^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]{0,95}$/.test(name) || /\.\.|--|\.git$/.test(name)) {
    throw new Refusal(400, `Invalid repository name: ${name}`)
  }
  mayWrite(caller, name)
  const type = body.type ?? 'model'
  const existing = hub.repositories.find(type, name)
  if (existing !== undefined) {
    throw new Refusal(409, `You already created this ${type} repo: ${name}`, {
      extra: { url: `${hub.url}/${pagePath(existing)}`, id: existing.id },
    })
  }

  const contents = new Map([['.gitattributes', Buffer.from(defaultGitAttributes)]])
  if (body.license != null) {
    contents.set('README.md', Buffer.from(`---\nlicense: ${body.license}\n---\n`))
  }
  for (const { path, content } of body.files ?? []) contents.set(path, Buffer.from(content, 'base64'))
  const changes = new Map(
    [...contents].map(([path, bytes]) => [path, { oid: blobOid(bytes), size: bytes.length }]),
  )
  for (const bytes of contents.values()) await hub.objects.putBlob(blobOid(bytes), bytes)

  const now = hub.now()
  const repository: Repository = {
    id: createHash('sha256').update(randomUUID()).digest('hex').slice(0, 24),
    type,
    name,
    private: body.visibility === 'private' || body.private === true,
    gated: false,
    granted: [],
    createdAt: new Date(now).toISOString(),
    branches: new Map(),
    tags: new Map(),
    pullRequests: [],
    commits: new Map(),
  }
  const about = { title: 'initial commit', message: '', author: caller.user, now }
  repository.branches.set('main', addCommit(repository, undefined, changes, about).id)
  hub.repositories.add(repository)
  return jsonReply({ url: `${hub.url}/${pagePath(repository)}`, id: repository.id, name })
}
