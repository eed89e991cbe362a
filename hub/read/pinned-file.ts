import { createHash } from 'node:crypto'
import { basename, join } from 'node:path'
import { UsageError } from '../../schemas/errors.ts'
import { nearestName } from '../../schemas/nearest-name.ts'
import { replaceFile } from '../../store/files/atomic.ts'
import { exists, moveFile, readText } from '../../store/files/entries.ts'
import { readPieces } from '../../store/files/read-pieces.ts'
import { HubError } from '../client/error.ts'
import { explainHubError } from '../client/explain.ts'
import { isCommit, isRepoName } from '../client/names.ts'
import { isSame, openHubCache, removeHubCache } from './cache.ts'
import { downloadFile } from './download.ts'
import { openHubReader, type HubAccess } from './reader.ts'
import { fileAddress, listFiles } from './repository.ts'

/** A file of a dataset or model of the Hub at a commit, so that its name says what it holds. */
export type PinnedFile = { repo: string; commit: string; path: string }

const prefix = 'hub:'

/**
 * Reads `hub:ORG/NAME@COMMIT/PATH`; `undefined` for the name of another file.
 *
 * @throws UsageError when a name begins so and does not go on so
 */
export function pinnedFileOf(name: string): PinnedFile | undefined {
  if (!name.startsWith(prefix)) return undefined
  const [, repo = '', commit = '', path = ''] = /^hub:([^@]*)@([^/]*)\/(.+)$/u.exec(name) ?? []
  const isInside = path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  if (!repo.includes('/') || !isRepoName(repo) || !isInside)
    throw new UsageError(
      `"${name}" is no file of the Hub; write hub:ORG/NAME@COMMIT/PATH, such as hub:org/name@${'0'.repeat(40)}/data/test.jsonl`,
    )
  const isPinned: boolean = isCommit(commit)
  if (!isPinned)
    throw new UsageError(
      `"${name}" wants the commit that it is read at, 40 digits instead of "${commit}", because a branch may move; the Hub shows it in the history of ${repo}`,
    )
  return { repo, commit, path }
}

/** Where a file is kept below a folder. */
export function pinnedPath(folder: string, { repo, commit, path }: PinnedFile): string {
  return join(folder, repo.replace('/', '--'), commit, ...path.split('/'))
}

/** `unproved`: it is there, and what it held when it was loaded is not known. */
export type PinnedState = 'as loaded' | 'missing' | 'changed' | 'unproved'

/** Whether a file still holds what was loaded: its name says which bytes it had at the commit, and a disk does not. */
export async function pinnedState(folder: string, file: PinnedFile): Promise<PinnedState> {
  const place = pinnedPath(folder, file)
  if (!(await exists(place))) return 'missing'
  const loaded = await readText(digestPath(place))
  if (loaded === undefined) return 'unproved'
  return loaded.trim() === (await digestOf(place)) ? 'as loaded' : 'changed'
}

/**
 * Loads a file of a dataset or model, unless it was loaded before and is unchanged: then nothing is asked.
 *
 * @throws UsageError or RunError, one line for a person
 */
export async function loadPinnedFile(
  file: PinnedFile,
  { folder, kind = 'datasets', ...access }: HubAccess & { folder: string; kind?: 'datasets' | 'models' },
): Promise<void> {
  const place = pinnedPath(folder, file)
  const state = await pinnedState(folder, file)
  if (state === 'as loaded') return
  if (state === 'changed')
    access.note(`${place} is not what was loaded from the Hub any more; it is loaded again`)
  const { repo, commit, path } = file
  const client = openHubReader(access)
  const loading = `${place}.loading`
  try {
    const files = await listFiles(client, repo, commit, kind)
    const listed = files.find((each) => each.path === path)
    if (listed === undefined)
      throw missingFile(
        file,
        files.map((each) => each.path),
      )
    if (state === 'unproved' && (await isSame(listed, place))) {
      await replaceFile(digestPath(place), `${await digestOf(place)}\n`)
      return
    }
    access.note(`loading ${path} of ${repo} at the commit ${commit.slice(0, 12)}`)
    const cache = openHubCache(loading)
    const addressOf = (): string => fileAddress(client, repo, commit, path, kind)
    const loaded = await downloadFile(listed, { client, cache, addressOf })
    // The digest comes first: a kill in between leaves no file that nothing proves.
    await replaceFile(digestPath(place), `${await digestOf(loaded)}\n`)
    await moveFile(loaded, place)
    await removeHubCache(loading)
  } catch (error) {
    const { endpoint, hasToken } = client
    if (error instanceof HubError && error.status === 404)
      throw new UsageError(
        `${endpoint} has no ${kind === 'models' ? 'model' : 'dataset'} ${repo} with the commit ${commit}, or it is private; correct the name${hasToken ? '' : ', or set HF_TOKEN for private ones'}`,
        { cause: error },
      )
    throw explainHubError(error, { purpose: 'reading', endpoint, repo, hasToken, kind })
  } finally {
    await client.close()
  }
}

function missingFile({ repo, commit, path }: PinnedFile, paths: readonly string[]): UsageError {
  const nearest = nearestName(path, paths) ?? paths.find((each) => basename(each) === basename(path))
  const others = paths.slice(0, 10).join(', ')
  return new UsageError(
    `${repo} has no file ${path} at the commit ${commit.slice(0, 12)}; ${nearest === undefined ? `it has ${others}` : `did you mean ${nearest}?`}`,
  )
}

/** Where the sha256 of a loaded file is kept. */
function digestPath(place: string): string {
  return `${place}.loaded-sha256`
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of readPieces(path)) hash.update(piece)
  return hash.digest('hex')
}
