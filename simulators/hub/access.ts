import type { Exchange, HubState } from './http/exchange.ts'
import type { Token } from './options.ts'
import { Refusal } from './http/refusal.ts'
import { findCommit } from './store/repository.ts'
import type { Commit, Repository, RepositoryType } from './store/repository.ts'

/** The user of a token; 401 when the token is unknown, undefined when there is none. */
export function callerOf(hub: HubState, authorization: string | undefined): Token | undefined {
  if (authorization === undefined) return undefined
  const given = /^Bearer (.+)$/.exec(authorization)?.[1]
  const caller = hub.tokens.find(({ token }) => token === given)
  if (caller === undefined) throw new Refusal(401, 'Invalid credentials in Authorization header')
  return caller
}

/** The caller; 401 for a request without a token. */
export function signedIn(exchange: Exchange): Token {
  if (exchange.caller === undefined) throw new Refusal(401, 'Invalid username or password.')
  return exchange.caller
}

/**
 * The repository that the path names; a repository that the caller may not see looks missing: 401 without a token, 404
 * with one.
 */
export function readable(exchange: Exchange): Repository {
  const { type, name } = designation(exchange)
  const { hub, caller } = exchange
  const moved = hub.repositories.movedTo(type, name)
  if (moved !== undefined) {
    const location = `${hub.url}${exchange.url.pathname.replace(`/${name}`, `/${moved}`)}${exchange.url.search}`
    throw new Refusal(307, `The repository has moved to ${moved}`, { headers: { location } })
  }
  const repository = hub.repositories.find(type, name)
  if (repository === undefined || (repository.private && !belongsTo(repository.name, caller))) {
    if (caller === undefined) throw new Refusal(401, 'Invalid username or password.')
    throw new Refusal(404, 'Repository not found', { code: 'RepoNotFound' })
  }
  return repository
}

/** The repository, for its files: gated ones are open to members and to whom they were granted. */
export function filesReadable(exchange: Exchange): Repository {
  const repository = readable(exchange)
  const { caller } = exchange
  if (repository.gated === false || belongsTo(repository.name, caller)) return repository
  if (caller !== undefined && repository.granted.includes(caller.user)) return repository
  const message =
    caller === undefined
      ? `Access to ${repository.type} ${repository.name} is restricted. You must have access to it and be authenticated to access it. Please log in.`
      : `Access to ${repository.type} ${repository.name} is restricted and you are not in the authorized list. Visit ${exchange.hub.url}/${pagePath(repository)} to ask for access.`
  throw new Refusal(caller === undefined ? 401 : 403, message, { code: 'GatedRepo' })
}

/** The repository, for writing; 403 for a read token and for a stranger. */
export function writable(exchange: Exchange): { repository: Repository; caller: Token } {
  const caller = signedIn(exchange)
  const repository = readable(exchange)
  mayWrite(caller, repository.name)
  return { repository, caller }
}

/**
 * The repository, for a proposal: a caller who may read it may open a pull request and add to it. Where the path names a branch and
 * the query does not ask for a pull request, it is for writing.
 */
export function proposable(exchange: Exchange): { repository: Repository; caller: Token } {
  const revision = exchange.parameters['revision']
  const proposes =
    exchange.url.searchParams.get('create_pr') === '1' || revision?.startsWith('refs/pr/') === true
  if (!proposes) return writable(exchange)
  return uploadable(exchange)
}

/** The repository, for objects that no branch names yet: open to every write token that may read it. */
export function uploadable(exchange: Exchange): { repository: Repository; caller: Token } {
  const caller = signedIn(exchange)
  const repository = readable(exchange)
  needsWriteRole(caller)
  return { repository, caller }
}

/** 403 unless the token may write under the name's namespace. */
export function mayWrite(caller: Token, name: string): void {
  needsWriteRole(caller)
  if (!belongsTo(name, caller)) {
    throw new Refusal(403, `Forbidden: you have no right to write under the namespace ${name.split('/')[0]}`)
  }
}

/** The commit that a revision of the path names; 404 when there is none. */
export function commitAt(repository: Repository, revision: string): Commit {
  const commit = findCommit(repository, revision)
  if (commit === undefined) {
    throw new Refusal(404, `Invalid rev id: ${revision}`, { code: 'RevisionNotFound' })
  }
  return commit
}

/** The path of a repository's page, without a slash before it. */
export function pagePath(repository: Pick<Repository, 'type' | 'name'>): string {
  return repository.type === 'model' ? repository.name : `${repository.type}s/${repository.name}`
}

function designation(exchange: Exchange): { type: RepositoryType; name: string } {
  const types: Record<string, RepositoryType> = { models: 'model', datasets: 'dataset', spaces: 'space' }
  return {
    type: types[exchange.parameters['types'] ?? 'models'] ?? 'model',
    name: exchange.parameters['repository']!,
  }
}

function needsWriteRole(caller: Token): void {
  if (caller.role !== 'write') {
    throw new Refusal(403, 'Forbidden: a token with write access is required, this one has the role read')
  }
}

function belongsTo(name: string, caller: Token | undefined): boolean {
  const namespace = name.split('/')[0]!
  if (caller === undefined) return false
  return (
    caller.anyNamespace === true ||
    caller.user === namespace ||
    caller.organizations?.includes(namespace) === true
  )
}
