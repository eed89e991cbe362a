import { z } from 'zod'
import { mayWrite, signedIn, writable } from '../access.ts'
import { bodyJson } from '../http/exchange.ts'
import type { Call, Exchange } from '../http/exchange.ts'
import { Refusal } from '../http/refusal.ts'
import { jsonReply } from '../http/reply.ts'
import type { Reply } from '../http/reply.ts'
import { apiPath } from '../http/paths.ts'

export const deleteRepo: Call = {
  kind: 'delete-repo',
  methods: ['DELETE'],
  path: /^\/api\/repos\/delete$/,
  answer: answerDelete,
}

/** Renames a repository; its old name leads to the new one from then on. */
export const moveRepo: Call = {
  kind: 'move-repo',
  methods: ['POST'],
  path: /^\/api\/repos\/move$/,
  answer: answerMove,
}

export const settings: Call = {
  kind: 'settings',
  methods: ['PUT'],
  path: apiPath('/settings'),
  answer: answerSettings,
}

const type = z.enum(['model', 'dataset', 'space']).nullish()

async function answerDelete(exchange: Exchange): Promise<Reply> {
  const caller = signedIn(exchange)
  const body = await bodyJson(
    exchange,
    z.looseObject({ name: z.string(), organization: z.string().nullish(), type }),
  )
  const name = body.name.includes('/') ? body.name : `${body.organization ?? caller.user}/${body.name}`
  mayWrite(caller, name)
  const repository = exchange.hub.repositories.find(body.type ?? 'model', name)
  if (repository === undefined) throw new Refusal(404, 'Repository not found', { code: 'RepoNotFound' })
  exchange.hub.repositories.remove(repository)
  return jsonReply({})
}

async function answerMove(exchange: Exchange): Promise<Reply> {
  const caller = signedIn(exchange)
  const body = await bodyJson(exchange, z.looseObject({ fromRepo: z.string(), toRepo: z.string(), type }))
  mayWrite(caller, body.fromRepo)
  mayWrite(caller, body.toRepo)
  const { repositories } = exchange.hub
  const repository = repositories.find(body.type ?? 'model', body.fromRepo)
  if (repository === undefined) throw new Refusal(404, 'Repository not found', { code: 'RepoNotFound' })
  if (repositories.find(repository.type, body.toRepo) !== undefined) {
    throw new Refusal(409, `The name ${body.toRepo} is taken`)
  }
  repositories.rename(repository, body.toRepo)
  return jsonReply({ success: true })
}

const Settings = z.looseObject({
  private: z.boolean().nullish(),
  visibility: z.enum(['public', 'private']).nullish(),
  gated: z.union([z.literal(false), z.enum(['auto', 'manual'])]).nullish(),
})

async function answerSettings(exchange: Exchange): Promise<Reply> {
  const { repository } = writable(exchange)
  const body = await bodyJson(exchange, Settings)
  repository.private =
    body.visibility == null ? (body.private ?? repository.private) : body.visibility === 'private'
  repository.gated = body.gated ?? repository.gated
  exchange.hub.repositories.save(repository)
  return jsonReply({ private: repository.private, gated: repository.gated })
}
