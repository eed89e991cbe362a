import { commitAt, readable } from '../access.ts'
import type { Call, Exchange } from '../http/exchange.ts'
import { jsonReply } from '../http/reply.ts'
import type { Reply } from '../http/reply.ts'
import type { Commit, Repository } from '../store/repository.ts'
import { apiPath } from '../http/paths.ts'
import { nextPage } from './pages.ts'
import { cardData } from './validate-yaml.ts'

/** The description of a repository at the head of `main`. */
export const repoInfo: Call = { kind: 'repo-info', methods: ['GET'], path: apiPath(), answer: answerInfo }

/** The same at a revision. */
export const revisionInfo: Call = {
  kind: 'revision',
  methods: ['GET'],
  path: apiPath('/revision/:revision'),
  answer: answerInfo,
}

/** The repositories that the caller may see, by `author` and `search`. */
export const listRepos: Call = {
  kind: 'list-repos',
  methods: ['GET'],
  path: /^\/api\/(?<types>models|datasets|spaces)$/,
  answer: answerList,
}

async function answerInfo(exchange: Exchange): Promise<Reply> {
  const repository = readable(exchange)
  const commit = commitAt(repository, exchange.parameters['revision'] ?? 'main')
  return jsonReply(await infoOf(exchange, repository, commit))
}

async function answerList(exchange: Exchange): Promise<Reply> {
  const { hub, url } = exchange
  const author = url.searchParams.get('author')
  const search = url.searchParams.get('search')?.toLowerCase() ?? ''
  const seen = hub.repositories
    .all()
    .filter(({ type }) => `${type}s` === exchange.parameters['types'])
    .filter(({ name }) => author === null || name.startsWith(`${author}/`))
    .filter(({ name }) => name.toLowerCase().includes(search))
    .filter((repository) => isSeen(exchange, repository))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
  const { items, headers } = nextPage(exchange, seen, 100)
  const rows = items.map((repository) => infoOf(exchange, repository, commitAt(repository, 'main')))
  return jsonReply(await Promise.all(rows), 200, headers)
}

function isSeen(exchange: Exchange, repository: Repository): boolean {
  if (!repository.private) return true
  const namespace = repository.name.split('/')[0]!
  const { caller } = exchange
  return (
    caller?.anyNamespace === true ||
    caller?.user === namespace ||
    caller?.organizations?.includes(namespace) === true
  )
}

/** Every member, or those that `expand` asks for and the two ids. */
async function infoOf(exchange: Exchange, repository: Repository, commit: Commit): Promise<object> {
  const readme = commit.files.get('README.md')
  const card =
    readme === undefined || readme.lfs !== undefined
      ? undefined
      : cardData(Buffer.from(await exchange.hub.objects.readBlob(readme.oid)).toString('utf8'))
  const blobs = /^(true|1)$/i.test(exchange.url.searchParams.get('blobs') ?? '')
  const all: Record<string, unknown> = {
    _id: repository.id,
    id: repository.name,
    author: repository.name.split('/')[0],
    sha: commit.id,
    lastModified: commitAt(repository, 'main').date,
    createdAt: repository.createdAt,
    private: repository.private,
    gated: repository.gated,
    disabled: false,
    downloads: 0,
    downloadsAllTime: 0,
    likes: 0,
    tags: [`region:us`, ...tagsOf(card)],
    usedStorage: [...commit.files.values()].reduce((sum, { size }) => sum + size, 0),
    siblings: [...commit.files.keys()].sort().map((rfilename) => {
      const { oid, size, lfs } = commit.files.get(rfilename)!
      if (!blobs) return { rfilename }
      const large = lfs && { sha256: lfs.oid, size: lfs.size, pointerSize: lfs.pointerSize }
      return { rfilename, size, blobId: oid, lfs: large }
    }),
    ...(card === undefined ? {} : { cardData: card }),
  }
  const expand = [
    ...exchange.url.searchParams.getAll('expand'),
    ...exchange.url.searchParams.getAll('expand[]'),
  ]
  if (expand.length === 0) return all
  return Object.fromEntries(Object.entries(all).filter(([key]) => /^_?id$/.test(key) || expand.includes(key)))
}

function tagsOf(card: Record<string, unknown> | undefined): string[] {
  if (card === undefined) return []
  const { tags, license } = card
  return [
    ...(Array.isArray(tags) ? (tags as string[]) : []),
    ...(typeof license === 'string' ? [`license:${license}`] : []),
  ]
}
