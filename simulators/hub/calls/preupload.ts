import { z } from 'zod'
import { commitAt, proposable } from '../access.ts'
import { bodyJson } from '../http/exchange.ts'
import type { Call, Exchange } from '../http/exchange.ts'
import { jsonReply } from '../http/reply.ts'
import type { Reply } from '../http/reply.ts'
import { isLarge } from './git-attributes.ts'
import { apiPath } from '../http/paths.ts'

const Body = z.looseObject({
  gitAttributes: z.string().nullish(),
  files: z.array(
    z.looseObject({ path: z.string(), size: z.int().nonnegative(), sample: z.string().nullish() }),
  ),
})

/** Says of every file whether it goes into the commit or to the object store. */
export const preupload: Call = {
  kind: 'preupload',
  methods: ['POST'],
  path: apiPath('/preupload/:revision'),
  answer,
}

async function answer(exchange: Exchange): Promise<Reply> {
  const { hub } = exchange
  const { repository } = proposable(exchange)
  const body = await bodyJson(exchange, Body)
  const commit = commitAt(repository, exchange.parameters['revision']!)
  const kept = commit.files.get('.gitattributes')
  const attributes =
    body.gitAttributes ??
    (kept === undefined ? '' : Buffer.from(await hub.objects.readBlob(kept.oid)).toString('utf8'))
  return jsonReply({
    files: body.files.map(({ path, size }) => ({
      path,
      uploadMode: size > hub.regularLimit || isLarge(attributes, path) ? 'lfs' : 'regular',
      shouldIgnore: false,
      oid: commit.files.get(path)?.lfs?.oid ?? commit.files.get(path)?.oid ?? null,
    })),
  })
}
