import type { CommitProgressEvent } from '@huggingface/hub'
import { RunError, UsageError } from '../../schemas/errors.ts'
import { commitGroup, findPullRequest, type CommitDeps, type Landed } from './commit-group.ts'
import type { PublishedFacts } from '../card/facts.ts'
import { filesPerCommit, hubDataset, type HubDataset, type HubFile } from './dataset-files.ts'
import type { HubRepository, RemoteFile } from '../../hub/write/repository.ts'
import { HubError } from '../../hub/client/error.ts'
import { planPush, type CommitGroup, type PushPlan } from './plan-push.ts'
import { verifyPush } from './verify-push.ts'

type PushPhase = 'hashing' | 'uploading' | 'reading back'

export type PushOptions = {
  hub: HubRepository
  /** The dataset folder. */
  folder: string
  /** Branch that is published to, or that a pull request is opened against. */
  branch: string
  pullRequest: boolean
  /** Makes the repository when there is none, as a private one if so asked. */
  create: boolean
  isPrivate: boolean
  /** Says what would be done; nothing is sent. */
  dryRun: boolean
  /** Title of the last commit. */
  title: string
  /** Reads back what was committed. */
  verify: boolean
  onNote: (text: string) => void
  /** Bytes, or files for `reading back`, of one phase. */
  onProgress: (phase: PushPhase, done: number, total: number) => void
  stop: AbortSignal
  /** What the card says of the run. */
  facts?: PublishedFacts
  /** Files in one commit; the Hub's advice unless given. */
  perCommit?: number
}

export type PushReport = {
  repo: string
  revision: string
  /** `would_push` for a dry run. */
  outcome: 'pushed' | 'up_to_date' | 'would_push'
  commits: { title: string; add: { path: string; bytes: number }[]; delete: string[]; url: string | null }[]
  unchanged: number
  /** Of the last commit, or of the page that has it all already. */
  url: string
  verified: boolean
}

/**
 * Publishes a dataset folder, so that whoever reads the repository at any moment, also when the push is killed, finds
 * the whole old dataset or the whole new one. A push that is started again does what is missing.
 *
 * @throws HubError for what the Hub refuses, RunError and UsageError for everything a person must decide
 */
export async function pushDataset(options: PushOptions): Promise<PushReport> {
  const { hub, onNote, stop } = options
  const start = await findPlace(options)
  const facts = { ...options.facts, url: hub.page() }
  const dataset = await hubDataset(options.folder, hub.repo, options.perCommit, facts)
  const place = await openPullRequest(dataset, start, options)
  const plan = await planOn(place.head, dataset, options)
  const report = (
    outcome: PushReport['outcome'],
    urls: readonly string[],
    revision = place.revision,
  ): PushReport => ({
    repo: hub.repo,
    revision,
    outcome,
    commits: plan.groups.map((group, index) => ({
      title: group.title,
      add: group.adds.map(({ path, bytes }) => ({ path, bytes })),
      delete: group.deletes,
      url: urls[index] ?? null,
    })),
    unchanged: plan.unchanged.length,
    url: urls.at(-1) ?? hub.page(`/tree/${revision}`),
    verified: false,
  })
  if (options.dryRun) return report('would_push', [])
  if (plan.groups.length === 0) {
    if (options.verify) await verify(dataset, place.head!, options)
    return { ...report('up_to_date', []), verified: options.verify }
  }
  const progress = progressOf(plan, options)
  const deps: CommitDeps = { hub, dataset, onEvent: progress.event, onNote }
  const urls: string[] = []
  let { head: parent, revision } = place
  let opening = place.opens
  let landed: Landed | undefined
  for (const group of plan.groups) {
    stop.throwIfAborted()
    landed = await commitGroup(group, { revision, parent, pullRequest: opening }, deps)
    urls.push(landed.url)
    progress.landed(group)
    parent = landed.head
    if (landed.opened !== null) revision = `refs/pr/${landed.opened}`
    else if (opening)
      throw new RunError(
        `the Hub did not say which pull request it opened in ${hub.repo}; look at ${hub.page('/discussions')}`,
      )
    opening = false
  }
  const done = report('pushed', urls, revision)
  if (options.verify) await verify(dataset, landed!.head, options)
  return { ...done, verified: options.verify }
}

type StartingPlace = { revision: string; head: string | undefined; opens: boolean }

/** Finds the repository and the branch, makes them where that was asked for. */
async function findPlace(options: PushOptions): Promise<StartingPlace> {
  const { hub, branch, pullRequest, dryRun, create, isPrivate, onNote } = options
  const asked = hub.repo
  let info = await unless('RepoNotFound', () => hub.info('main'))
  if (info === undefined && !create) info = await hub.info('main')
  if (info === undefined && dryRun) return { revision: branch, head: undefined, opens: pullRequest }
  if (info === undefined) {
    await hub.create({ private: isPrivate })
    onNote(`made the ${isPrivate ? 'private ' : ''}dataset ${hub.repo}`)
    info = await hub.info('main')
  }
  if (info.name !== asked) {
    hub.rename(info.name)
    onNote(`${asked} is called ${info.name} now; publishing there: change --repo or \`push.repo\``)
  }
  if (isPrivate && !info.isPrivate)
    throw new UsageError(
      `${hub.repo} is public, and --private is only for a repository that is made; make it private at ${hub.page('/settings')}, or leave --private out`,
    )
  if (branch === 'main') return { revision: branch, head: info.head, opens: pullRequest }
  const found = await unless('RevisionNotFound', () => hub.info(branch))
  if (found === undefined && !dryRun) {
    await hub.createBranch(branch)
    onNote(`made the branch ${branch} from main`)
  }
  const { head } = found ?? (dryRun ? info : await hub.info(branch))
  return { revision: branch, head, opens: pullRequest }
}

/** A pull request that an earlier push opened and did not finish, or did, is gone on with. */
async function openPullRequest(
  dataset: HubDataset,
  place: StartingPlace,
  options: PushOptions,
): Promise<StartingPlace> {
  if (!place.opens || place.head === undefined) return place
  const { hub, onNote } = options
  const { groups } = await planOn(place.head, dataset, options)
  if (groups.length === 0) return place
  const number = await findPullRequest(groups, hub)
  if (number === undefined) return place
  onNote(`pull request ${number} of ${hub.repo} is from this dataset; going on with it`)
  const revision = `refs/pr/${number}`
  return { revision, head: (await hub.info(revision)).head, opens: false }
}

async function planOn(
  head: string | undefined,
  dataset: HubDataset,
  { hub, title, perCommit, onNote }: PushOptions,
): Promise<PushPlan> {
  const remote = head === undefined ? new Map<string, RemoteFile>() : await hub.list(head)
  if (remote.has('README.md') && !remote.has('manifest.json'))
    onNote(`the card of ${hub.repo} is not from an earlier push; it is replaced, git keeps the old one`)
  return planPush(dataset, remote, title, perCommit ?? filesPerCommit)
}

/**
 * Turns the package's events, shares of files, into bytes of all groups together. Small files travel inside the commit,
 * without an event of their own.
 */
function progressOf(
  plan: PushPlan,
  { onProgress }: PushOptions,
): { event: (event: CommitProgressEvent) => void; landed: (group: CommitGroup) => void } {
  const files = new Map<string, HubFile>(
    plan.groups.flatMap((group: CommitGroup) => group.adds.map((file) => [file.path, file])),
  )
  const total = [...files.values()].reduce((sum, file) => sum + file.bytes, 0)
  const done = { hashing: new Map<string, number>(), uploading: new Map<string, number>() }
  const sums = { hashing: 0, uploading: 0 }
  const count = (state: keyof typeof sums, { path, bytes }: HubFile, share: number): void => {
    const now = Math.round(share * bytes)
    sums[state] += now - (done[state].get(path) ?? 0)
    done[state].set(path, now)
  }
  return {
    event(event) {
      const file = event.event === 'fileProgress' ? files.get(event.path) : undefined
      if (event.event !== 'fileProgress' || event.state === 'error' || !file) return
      count(event.state, file, event.progress)
      onProgress(event.state, sums[event.state], total)
    },
    landed({ adds }) {
      for (const file of adds) count('uploading', file, 1)
      if (total > 0) onProgress('uploading', sums.uploading, total)
    },
  }
}

async function verify(dataset: HubDataset, head: string, { hub, onProgress }: PushOptions): Promise<void> {
  const total = dataset.shards.length + dataset.rest.length
  const differences = await verifyPush(hub, dataset, head, (done) => onProgress('reading back', done, total))
  const [first] = differences
  if (first === undefined) return
  throw new RunError(
    `${hub.page(`/commit/${head}`)} differs from the dataset in ${differences.length} files (${first}); push again, and if it stays so tell the Hub`,
  )
}

async function unless<Result>(code: string, call: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof HubError && error.status === 404 && (error.code === code || error.code === ''))
      return undefined
    throw error
  }
}
