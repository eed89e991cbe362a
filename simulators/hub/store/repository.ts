import { commitOid, treeOids } from './git.ts'

export type RepositoryType = 'model' | 'dataset' | 'space'

/** A file of a commit. `oid` is the git id; of a large file that of its pointer, with the object under `lfs`. */
export type FileEntry = {
  oid: string
  size: number
  lfs?: { oid: string; size: number; pointerSize: number }
  /** The commit that last changed it. */
  commit: string
}

export type Commit = {
  id: string
  parents: string[]
  title: string
  message: string
  author: string
  /** ISO 8601. */
  date: string
  /** Every file by its path. */
  files: ReadonlyMap<string, FileEntry>
}

export type PullRequest = {
  number: number
  title: string
  author: string
  createdAt: string
  /** The branch that it is meant for. */
  base: string
  status: 'open' | 'merged'
  mergeCommit: string | null
}

export type Repository = {
  /** 24 hex digits that stay when the repository is renamed. */
  id: string
  type: RepositoryType
  /** `namespace/name`. */
  name: string
  private: boolean
  gated: false | 'auto' | 'manual'
  /** Users who were let through the gate. */
  granted: string[]
  createdAt: string
  branches: Map<string, string>
  tags: Map<string, string>
  pullRequests: PullRequest[]
  /** By id, oldest first. */
  commits: Map<string, Commit>
}

/** What a commit does to a path: a new entry, or null for gone. */
export type Changes = ReadonlyMap<string, Omit<FileEntry, 'commit'> | null>

/** The commit that a branch, tag, pull-request reference or commit id names, or undefined. */
export function findCommit(repository: Repository, revision: string): Commit | undefined {
  const name = revision === 'HEAD' ? 'main' : revision.replace(/^refs\/(heads|tags)\//, '')
  const id = repository.branches.get(name) ?? repository.tags.get(name) ?? name
  return repository.commits.get(id)
}

/** Adds a commit on top of `parent` without moving any branch. Returns it. */
export function addCommit(
  repository: Repository,
  parent: Commit | undefined,
  changes: Changes,
  about: { title: string; message: string; author: string; now: number },
): Commit {
  const blobs = new Map<string, { oid: string }>(parent?.files)
  for (const [path, change] of changes) {
    if (change === null) blobs.delete(path)
    else blobs.set(path, change)
  }
  const parents = parent === undefined ? [] : [parent.id]
  const message = about.message === '' ? about.title : `${about.title}\n\n${about.message}`
  let date = Math.floor(about.now / 1000)
  function name(): string {
    return commitOid({ tree: treeOids(blobs).get('')!, parents, author: about.author, date, message })
  }
  let id = name()
  // Two equal commits in one second would be one and the same; each push must have an id of its own.
  while (repository.commits.has(id)) {
    date++
    id = name()
  }
  const files = new Map<string, FileEntry>(parent?.files)
  for (const [path, change] of changes) {
    if (change === null) files.delete(path)
    else if (files.get(path)?.oid !== change.oid) files.set(path, { ...change, commit: id })
  }
  const commit: Commit = {
    id,
    parents,
    title: about.title,
    message: about.message,
    author: about.author,
    date: new Date(date * 1000).toISOString(),
    files,
  }
  repository.commits.set(id, commit)
  return commit
}

/** A commit and its ancestors, newest first. */
export function* history(repository: Repository, commit: Commit): Generator<Commit> {
  for (let current: Commit | undefined = commit; current !== undefined;) {
    yield current
    const parent: string | undefined = current.parents[0]
    current = parent === undefined ? undefined : repository.commits.get(parent)
  }
}
