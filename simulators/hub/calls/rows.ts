import { treeOids } from '../store/git.ts'
import type { Commit, FileEntry, Repository } from '../store/repository.ts'

/** A row of a tree or of paths-info. */
export type Row = {
  type: 'file' | 'directory'
  oid: string
  size: number
  path: string
  lfs?: { oid: string; size: number; pointerSize: number }
  lastCommit?: { id: string; title: string; date: string }
}

/** The rows of a commit's folder, sorted by path; `folder` without a slash at the end, empty for the root. */
export function treeRows(
  repository: Repository,
  commit: Commit,
  folder: string,
  options: { recursive: boolean; expand: boolean },
): Row[] {
  const prefix = folder === '' ? '' : `${folder}/`
  const directories = new Set<string>()
  const files: string[] = []
  for (const path of commit.files.keys()) {
    if (!path.startsWith(prefix)) continue
    const names = path.slice(prefix.length).split('/')
    const depths = options.recursive ? names.length - 1 : Math.min(1, names.length - 1)
    for (let depth = 1; depth <= depths; depth++) directories.add(prefix + names.slice(0, depth).join('/'))
    if (options.recursive || names.length === 1) files.push(path)
  }
  return pathRows(repository, commit, [...directories, ...files].sort(), options.expand)
}

/** The rows of the given paths that exist in the commit. */
export function pathRows(
  repository: Repository,
  commit: Commit,
  paths: readonly string[],
  expand: boolean,
): Row[] {
  const oids = treeOids(commit.files)
  const order = new Map([...repository.commits.keys()].map((id, index) => [id, index]))
  return paths.flatMap((path): Row[] => {
    const entry = commit.files.get(path)
    if (entry !== undefined) {
      return [{ ...fileRow(path, entry), ...(expand ? lastCommit(repository, entry.commit) : {}) }]
    }
    const oid = oids.get(path)
    if (oid === undefined || path === '') return []
    const row: Row = { type: 'directory', oid, size: 0, path }
    if (!expand) return [row]
    const changes = [...commit.files]
      .filter(([at]) => at.startsWith(`${path}/`))
      .map(([, inside]) => inside.commit)
    const latest = changes.reduce((one, other) => (order.get(one)! >= order.get(other)! ? one : other))
    return [{ ...row, ...lastCommit(repository, latest) }]
  })
}

function fileRow(path: string, { oid, size, lfs }: FileEntry): Row {
  return { type: 'file', oid, size, path, ...(lfs === undefined ? {} : { lfs }) }
}

function lastCommit(repository: Repository, id: string): Pick<Row, 'lastCommit'> {
  const { title, date } = repository.commits.get(id)!
  return { lastCommit: { id, title, date } }
}
