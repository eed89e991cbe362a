import { z } from 'zod'
import { commitAt, readable, writable } from '../access.ts'
import { bodyText, parseJson } from '../http/exchange.ts'
import type { Call, Exchange } from '../http/exchange.ts'
import { Refusal } from '../http/refusal.ts'
import { jsonReply } from '../http/reply.ts'
import type { Reply } from '../http/reply.ts'
import { addCommit } from '../store/repository.ts'
import { apiPath } from '../http/paths.ts'

export const createBranch: Call = {
  kind: 'create-branch',
  methods: ['POST'],
  path: apiPath('/branch/:name'),
  answer: answerCreate,
}

export const deleteBranch: Call = {
  kind: 'delete-branch',
  methods: ['DELETE'],
  path: apiPath('/branch/:name'),
  answer: answerDelete,
}

export const createTag: Call = {
  kind: 'create-tag',
  methods: ['POST'],
  path: apiPath('/tag/:revision'),
  answer: answerTag,
}

/** Branches, tags and, when asked for, pull requests. */
export const refs: Call = { kind: 'refs', methods: ['GET'], path: apiPath('/refs'), answer: answerRefs }

const NewBranch = z.looseObject({
  startingPoint: z.string().nullish(),
  emptyBranch: z.boolean().nullish(),
  overwrite: z.boolean().nullish(),
})

async function answerCreate(exchange: Exchange): Promise<Reply> {
  const { hub } = exchange
  const { repository, caller } = writable(exchange)
  const body = parseJson((await bodyText(exchange)) || '{}', NewBranch)
  const name = exchange.parameters['branch']!
  if (!/^[\w.][\w./-]*$/.test(name) || name.startsWith('refs/'))
    throw new Refusal(400, `Invalid branch name: ${name}`)
  if (repository.branches.has(name) && body.overwrite !== true) {
    throw new Refusal(409, `Reference already exists: refs/heads/${name}`)
  }
  const start =
    body.emptyBranch === true
      ? addCommit(repository, undefined, new Map(), {
          title: 'initial commit',
          message: '',
          author: caller.user,
          now: hub.now(),
        })
      : commitAt(repository, body.startingPoint ?? 'main')
  repository.branches.set(name, start.id)
  hub.repositories.save(repository)
  return jsonReply({ success: true }, 201)
}

function answerDelete(exchange: Exchange): Reply {
  const { repository } = writable(exchange)
  const name = exchange.parameters['branch']!
  if (name === 'main') throw new Refusal(403, 'The default branch cannot be deleted')
  if (!repository.branches.delete(name)) {
    throw new Refusal(404, `Reference does not exist: refs/heads/${name}`, { code: 'RevisionNotFound' })
  }
  exchange.hub.repositories.save(repository)
  return { status: 204 }
}

async function answerTag(exchange: Exchange): Promise<Reply> {
  const { repository } = writable(exchange)
  const { tag } = parseJson(await bodyText(exchange), z.looseObject({ tag: z.string().min(1) }))
  const commit = commitAt(repository, exchange.parameters['revision']!)
  if (repository.tags.has(tag)) throw new Refusal(409, `Reference already exists: refs/tags/${tag}`)
  repository.tags.set(tag, commit.id)
  exchange.hub.repositories.save(repository)
  return { status: 201 }
}

function answerRefs(exchange: Exchange): Reply {
  const repository = readable(exchange)
  const all = [...repository.branches]
  const branches = all.filter(([name]) => !name.startsWith('refs/'))
  const pullRequests = all.filter(([name]) => name.startsWith('refs/pr/'))
  const withPullRequests = /^(1|true)$/i.test(exchange.url.searchParams.get('include_prs') ?? '')
  return jsonReply({
    branches: branches.map(([name, targetCommit]) => ({ name, ref: `refs/heads/${name}`, targetCommit })),
    converts: [],
    tags: [...repository.tags].map(([name, targetCommit]) => ({
      name,
      ref: `refs/tags/${name}`,
      targetCommit,
    })),
    ...(withPullRequests
      ? {
          pullRequests: pullRequests.map(([ref, targetCommit]) => ({
            name: ref.slice(5),
            ref,
            targetCommit,
          })),
        }
      : {}),
  })
}
