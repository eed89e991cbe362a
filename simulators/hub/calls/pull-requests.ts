import { z } from 'zod'
import { commitAt, pagePath, readable, writable } from '../access.ts'
import { bodyJson } from '../http/exchange.ts'
import type { Call, Exchange } from '../http/exchange.ts'
import { Refusal } from '../http/refusal.ts'
import { jsonReply } from '../http/reply.ts'
import type { Reply } from '../http/reply.ts'
import { addCommit, history } from '../store/repository.ts'
import type { Changes, Commit, PullRequest, Repository } from '../store/repository.ts'
import { apiPath } from '../http/paths.ts'

/** Opens an empty pull request; commits go to its reference. Discussions without one are not kept here. */
export const createPullRequest: Call = {
  kind: 'pull-request',
  methods: ['POST'],
  path: apiPath('/discussions'),
  answer: answerCreate,
}

export const pullRequestDetails: Call = {
  kind: 'pull-request',
  methods: ['GET'],
  path: apiPath('/discussions/(?<number>\\d+)'),
  answer: answerDetails,
}

/** Brings what a pull request changes to its base branch, as one commit; 409 when both changed the same file. */
export const mergePullRequest: Call = {
  kind: 'pull-request',
  methods: ['POST'],
  path: apiPath('/discussions/(?<number>\\d+)/merge'),
  answer: answerMerge,
}

/** Adds a pull request against a branch, with `commit` as its head. */
export function openPullRequest(
  repository: Repository,
  commit: Commit,
  about: { title: string; base: string; author: string },
): PullRequest {
  const pullRequest: PullRequest = {
    number: repository.pullRequests.length + 1,
    createdAt: commit.date,
    status: 'open',
    mergeCommit: null,
    ...about,
  }
  repository.pullRequests.push(pullRequest)
  repository.branches.set(referenceOf(pullRequest), commit.id)
  return pullRequest
}

async function answerCreate(exchange: Exchange): Promise<Reply> {
  const { repository, caller } = writable(exchange)
  const body = await bodyJson(
    exchange,
    z.looseObject({ title: z.string().min(1), pullRequest: z.literal(true) }),
  )
  const about = { title: body.title, base: 'main', author: caller.user }
  const pullRequest = openPullRequest(repository, commitAt(repository, 'main'), about)
  exchange.hub.repositories.save(repository)
  return jsonReply({
    num: pullRequest.number,
    url: `${exchange.hub.url}/${pagePath(repository)}/discussions/${pullRequest.number}`,
    pullRequest: true,
  })
}

function answerDetails(exchange: Exchange): Reply {
  const repository = readable(exchange)
  const pullRequest = named(exchange, repository)
  const { number, title, author, createdAt, status, base, mergeCommit } = pullRequest
  return jsonReply({
    num: number,
    title,
    author: { name: author },
    createdAt,
    status,
    repo: { name: repository.name, type: repository.type },
    isPullRequest: true,
    events: [],
    changes: { base: `refs/heads/${base}`, mergeCommitId: mergeCommit },
    filesWithConflicts: conflictsOf(repository, pullRequest),
  })
}

function answerMerge(exchange: Exchange): Reply {
  const { repository, caller } = writable(exchange)
  const pullRequest = named(exchange, repository)
  if (pullRequest.status !== 'open') {
    throw new Refusal(400, `The pull request ${pullRequest.number} is ${pullRequest.status}`)
  }
  const conflicts = conflictsOf(repository, pullRequest)
  if (conflicts.length > 0) throw new Refusal(409, `Both sides changed ${conflicts.join(', ')}`)
  const { theirs } = sides(repository, pullRequest)
  const merged = addCommit(repository, commitAt(repository, pullRequest.base), theirs, {
    title: `${pullRequest.title} (#${pullRequest.number})`,
    message: '',
    author: caller.user,
    now: exchange.hub.now(),
  })
  repository.branches.set(pullRequest.base, merged.id)
  pullRequest.status = 'merged'
  pullRequest.mergeCommit = merged.id
  exchange.hub.repositories.save(repository)
  return jsonReply({ success: true })
}

function named(exchange: Exchange, repository: Repository): PullRequest {
  const number = Number(exchange.parameters['number'])
  const found = repository.pullRequests.find((candidate) => candidate.number === number)
  if (found === undefined) throw new Refusal(404, `There is no discussion ${number}`)
  return found
}

function conflictsOf(repository: Repository, pullRequest: PullRequest): string[] {
  if (pullRequest.status !== 'open') return []
  const { ours, theirs } = sides(repository, pullRequest)
  return [...theirs]
    .filter(([path, entry]) => ours.has(path) && ours.get(path)?.oid !== entry?.oid)
    .map(([path]) => path)
}

/** What the base branch and the pull request have each changed since they parted. */
function sides(repository: Repository, pullRequest: PullRequest): { ours: Changes; theirs: Changes } {
  const head = commitAt(repository, referenceOf(pullRequest))
  const base = commitAt(repository, pullRequest.base)
  const ancestors = new Set(history(repository, head))
  const common = history(repository, base).find((commit) => ancestors.has(commit))
  return { ours: difference(common, base), theirs: difference(common, head) }
}

function difference(before: Commit | undefined, after: Commit): Changes {
  const old = before?.files ?? new Map<string, never>()
  return new Map([
    ...[...after.files].filter(([path, { oid }]) => old.get(path)?.oid !== oid),
    ...[...old.keys()].filter((path) => !after.files.has(path)).map((path): [string, null] => [path, null]),
  ])
}

function referenceOf({ number }: PullRequest): string {
  return `refs/pr/${number}`
}
