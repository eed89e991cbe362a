import { pathToFileURL } from 'node:url'
import type { CommitOperation, CommitProgressEvent } from '@huggingface/hub'
import { RunError } from '../../schemas/errors.ts'
import type { HubDataset } from './dataset-files.ts'
import type { HubRepository } from '../../hub/write/repository.ts'
import { HubError, isTransient } from '../../hub/client/error.ts'
import { hasLanded, touchedFiles, type CommitGroup } from './plan-push.ts'

/** Where a group of files goes. */
export type Place = {
  /** Branch, or `refs/pr/N`. */
  revision: string
  /** The commit that it goes on top of. */
  parent: string | undefined
  /** Opens a pull request against the branch. */
  pullRequest: boolean
}

export type Landed = {
  head: string
  url: string
  /** Number of the pull request that was opened. */
  opened: number | null
}

export type CommitDeps = {
  hub: HubRepository
  dataset: HubDataset
  onEvent: (event: CommitProgressEvent) => void
  onNote: (text: string) => void
}

const tries = 8
const longestWaitMs = 20_000
/** Pull requests among which one is looked for whose answer was lost. */
const newest = 20

/**
 * Uploads the files of a group and commits them on top of the parent, once. A commit whose answer was lost, or that the
 * Hub was too busy for, is not repeated blindly: what the revision holds now says what became of it. When somebody else
 * has committed in between, the group goes on top of that, unless it changed files of the dataset.
 *
 * @throws HubError, and RunError when somebody else changed the same files
 */
export async function commitGroup(group: CommitGroup, place: Place, deps: CommitDeps): Promise<Landed> {
  const { hub, dataset, onEvent, onNote } = deps
  let { parent } = place
  for (let attempt = 1; ; attempt++) {
    try {
      const { commit, pullRequestUrl } = await hub.commit({
        title: group.title,
        operations: operationsOf(group),
        revision: place.revision,
        parent,
        pullRequest: place.pullRequest,
        onEvent,
      })
      // The address is made here: the one that the Hub sends would be printed, and may hold anything.
      const url = hub.page(`/commit/${commit.oid}`)
      return { head: commit.oid, url, opened: numberOf(pullRequestUrl) }
    } catch (error) {
      if (!(error instanceof HubError) || !isOpen(error) || attempt === tries) throw error
      await hub.wait(error.waitMs ?? Math.min(longestWaitMs, 500 * 2 ** (attempt - 1)))
      const landed = place.pullRequest ? await openedRequest(group, hub) : undefined
      if (landed) return landed
      const { head } = await hub.info(place.revision)
      if (head === parent) continue
      const now = head === undefined ? new Map<string, never>() : await hub.list(head)
      if (head !== undefined && !place.pullRequest && (await hasLanded(group, now)))
        return { head, url: hub.page(`/commit/${head}`), opened: null }
      const before = parent === undefined ? new Map<string, never>() : await hub.list(parent)
      const [touched] = touchedFiles(dataset, before, now)
      if (touched !== undefined)
        throw new RunError(
          `somebody else changed ${touched} in ${hub.repo} during this push; look at ${hub.page(`/commits/${place.revision}`)}, then push again to replace it`,
          { cause: error },
        )
      onNote(`somebody else committed to ${hub.repo}; going on from there`)
      parent = head
    }
  }
}

/**
 * Whether the outcome of a failed try is open: the commit may have come about or may come about now. An upload that was
 * not allowed is one whose address has expired; the next try gets new ones.
 */
function isOpen(error: HubError): boolean {
  if (error.call === 'object' || error.call === 'foreign') return [400, 401, 403].includes(error.status)
  return error.call === 'commit' && (isTransient(error) || error.status === 409 || error.status === 412)
}

async function openedRequest(group: CommitGroup, hub: HubRepository): Promise<Landed | undefined> {
  const number = await findPullRequest([group], hub)
  if (number === undefined) return undefined
  const { head } = await hub.info(`refs/pr/${number}`)
  return { head: head!, url: hub.page(`/commit/${head}`), opened: number }
}

/** The newest pull request that has everything that the first of these groups does. */
export async function findPullRequest(
  groups: readonly CommitGroup[],
  hub: HubRepository,
): Promise<number | undefined> {
  const numbers = await hub.pullRequests()
  for (const number of numbers.slice(0, newest))
    if (await hasLanded(groups[0]!, await hub.list(`refs/pr/${number}`))) return number
  return undefined
}

function operationsOf({ adds, deletes }: CommitGroup): CommitOperation[] {
  return [
    ...adds.map(({ path, content }): CommitOperation => ({
      operation: 'addOrUpdate',
      path,
      content: 'file' in content ? pathToFileURL(content.file) : new Blob([content.text]),
    })),
    ...deletes.map((path): CommitOperation => ({ operation: 'delete', path })),
  ]
}

function numberOf(pullRequestUrl: string | undefined): number | null {
  const number = /\/(\d+)\/?$/u.exec(pullRequestUrl ?? '')?.[1]
  return number === undefined ? null : Number(number)
}
