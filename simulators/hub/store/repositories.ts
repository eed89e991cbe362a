import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Commit, FileEntry, Repository, RepositoryType } from './repository.ts'

/** All repositories, kept in memory and, after every change, on disk. */
export type Repositories = ReturnType<typeof openRepositories>

/** Opens the repositories that a folder holds from an earlier start, if any. */
export function openRepositories(folder: string) {
  const place = join(folder, 'repositories')
  mkdirSync(place, { recursive: true })
  const byName = new Map<string, Repository>()
  for (const file of readdirSync(place).filter((name) => /^[0-9a-f]{24}\.json$/.test(name))) {
    const repository = parseRepository(readFileSync(join(place, file), 'utf8'))
    byName.set(keyOf(repository.type, repository.name), repository)
  }
  const movesFile = join(place, 'moves.json')
  const moves = new Map<string, string>(
    existsSync(movesFile) ? (JSON.parse(readFileSync(movesFile, 'utf8')) as [string, string][]) : [],
  )

  function save(repository: Repository): void {
    writeWhole(join(place, `${repository.id}.json`), formatRepository(repository))
  }

  return {
    save,
    all: (): Repository[] => [...byName.values()],
    find: (type: RepositoryType, name: string): Repository | undefined => byName.get(keyOf(type, name)),
    /** Where a repository of this name has gone, or undefined. */
    movedTo: (type: RepositoryType, name: string): string | undefined => moves.get(keyOf(type, name)),
    add(repository: Repository): void {
      moves.delete(keyOf(repository.type, repository.name))
      byName.set(keyOf(repository.type, repository.name), repository)
      save(repository)
    },
    remove(repository: Repository): void {
      byName.delete(keyOf(repository.type, repository.name))
      rmSync(join(place, `${repository.id}.json`))
    },
    rename(repository: Repository, name: string): void {
      byName.delete(keyOf(repository.type, repository.name))
      moves.set(keyOf(repository.type, repository.name), name)
      moves.delete(keyOf(repository.type, name))
      repository.name = name
      byName.set(keyOf(repository.type, name), repository)
      save(repository)
      writeWhole(movesFile, JSON.stringify([...moves]))
    },
  }
}

function keyOf(type: RepositoryType, name: string): string {
  return `${type}s/${name}`
}

/** A kill at any moment leaves the old file or the new one, never half of it. */
function writeWhole(file: string, content: string): void {
  writeFileSync(`${file}.new`, content)
  renameSync(`${file}.new`, file)
}

type KeptCommit = Omit<Commit, 'files'> & { changes: [string, FileEntry | null][] }

/** Commits are kept as what they changed, so that the file grows with the changes and not with the tree. */
function formatRepository(repository: Repository): string {
  const commits = [...repository.commits.values()].map((commit): KeptCommit => {
    const { id, parents, title, message, author, date, files } = commit
    const before = repository.commits.get(commit.parents[0] ?? '')?.files ?? new Map<string, FileEntry>()
    return {
      id,
      parents,
      title,
      message,
      author,
      date,
      changes: [
        ...[...files].filter(([path, entry]) => before.get(path) !== entry),
        ...[...before.keys()].filter((path) => !files.has(path)).map((path): [string, null] => [path, null]),
      ],
    }
  })
  return JSON.stringify({
    ...repository,
    branches: [...repository.branches],
    tags: [...repository.tags],
    commits,
  })
}

function parseRepository(text: string): Repository {
  const kept = JSON.parse(text) as Omit<Repository, 'branches' | 'tags' | 'commits'> & {
    branches: [string, string][]
    tags: [string, string][]
    commits: KeptCommit[]
  }
  const commits = new Map<string, Commit>()
  for (const { changes, ...commit } of kept.commits) {
    const files = new Map(commits.get(commit.parents[0] ?? '')?.files)
    for (const [path, entry] of changes) {
      if (entry === null) files.delete(path)
      else files.set(path, entry)
    }
    commits.set(commit.id, { ...commit, files })
  }
  return { ...kept, branches: new Map(kept.branches), tags: new Map(kept.tags), commits }
}
