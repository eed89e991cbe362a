import { commitIter, createBranch, createRepo, datasetInfo, downloadFile } from '@huggingface/hub'
import type { CommitOperation, CommitOutput, CommitProgressEvent } from '@huggingface/hub'
import { z } from 'zod'
import { openHubClient, type HubClientOptions } from '../client/client.ts'
import { badAnswer, HubError, shown, type CallKind } from '../client/error.ts'
import { isCommit, isRepoName } from '../client/names.ts'
import { listTree, type TreeFile } from '../client/list-tree.ts'
import { authorization } from '../client/token.ts'
import { hubFetch } from './hub-fetch.ts'

export type RemoteFile = TreeFile

const PullRequests = z.object({ pullRequests: z.array(z.object({ ref: z.string() })).default([]) })

type RepoInfo = {
  /** The name as the Hub knows it now, which is another than asked for when the repository was renamed. */
  name: string
  /** Commit that the revision stands at; `undefined` while there is none. */
  head: string | undefined
  isPrivate: boolean
}

type CommitRequest = {
  title: string
  operations: CommitOperation[]
  revision: string
  parent: string | undefined
  pullRequest: boolean
  onEvent: (event: CommitProgressEvent) => void
}

/** A Hub and the dataset repository on it that is published to. Every method throws HubError. */
export type HubRepository = {
  endpoint: string
  repo: string
  /** Goes on under another name of the repository. */
  rename(repo: string): void
  info(revision: string): Promise<RepoInfo>
  create(options: { private: boolean }): Promise<void>
  createBranch(name: string): Promise<void>
  list(revision: string): Promise<Map<string, RemoteFile>>
  /** Numbers of the pull requests, the newest first. */
  pullRequests(): Promise<number[]>
  commit(request: CommitRequest): Promise<CommitOutput>
  /** A file whose slices are read by range. */
  open(path: string, revision: string): Promise<Blob>
  /** The address of a page of the repository for people. */
  page(path?: string): string
  wait: (ms: number) => Promise<void>
  close: () => Promise<void>
}

export type HubRepositoryOptions = Omit<HubClientOptions, 'silenceMs' | 'wait'> & {
  repo: string
  xet: boolean
  /** Ends waiting and sending, except of a commit that is on its way. */
  stop: AbortSignal
  /** Waits; the signal ends it with its reason, see `waitUnlessStopped`. */
  wait: (ms: number, signal: AbortSignal) => Promise<void>
}

function unusable(message: string, call: CallKind = 'api'): HubError {
  return new HubError(message, { call, code: badAnswer })
}

/** A commit of many files is long silent; a server that says nothing for longer than this has lost it. */
const silenceMs = 150_000

/** Prepares the calls to a repository; nothing is sent yet. */
export function openHubRepository(options: HubRepositoryOptions): HubRepository {
  const { endpoint, token, stop, xet } = options
  const client = openHubClient({
    ...options,
    silenceMs,
    wait: (ms, signal) => options.wait(ms, signal ?? stop),
  })
  const fetch = hubFetch(client, stop)
  let { repo } = options
  const common = { hubUrl: endpoint, fetch, ...(token !== undefined && { accessToken: token }) }
  const dataset = () => ({ type: 'dataset' as const, name: repo })

  /** The package throws errors of its own where it looks at responses itself. */
  async function asHubError<Result>(work: () => Promise<Result>, call: CallKind = 'api'): Promise<Result> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof HubError || stop.aborted) throw stop.aborted ? stop.reason : error
      const status = (error as { statusCode?: unknown }).statusCode
      const { message } = error as Error
      throw new HubError(
        shown(message, [token ?? '']),
        { call, status: typeof status === 'number' ? status : 0, code: badAnswer },
        { cause: error },
      )
    }
  }

  return {
    endpoint,
    get repo() {
      return repo
    },
    rename(name) {
      repo = name
    },
    info: (revision) =>
      asHubError(async () => {
        const info = await datasetInfo({ ...common, name: repo, revision, additionalFields: ['sha'] })
        if (!isRepoName(info.name)) throw unusable('it calls the repository by what is no name')
        if (info.sha && !isCommit(info.sha)) throw unusable('it names a commit that is none')
        return { name: info.name, head: info.sha || undefined, isPrivate: info.private }
      }),
    create: (given) =>
      asHubError(async () => {
        try {
          await createRepo({
            ...common,
            accessToken: token!,
            repo: dataset(),
            ...(given.private && { visibility: 'private' }),
          })
        } catch (error) {
          // Somebody, or this call itself before its answer was lost, has made it.
          if (!(error instanceof HubError && error.status === 409)) throw error
        }
      }),
    createBranch: (name) =>
      asHubError(async () => {
        try {
          await createBranch({ ...common, repo: dataset(), branch: name })
        } catch (error) {
          if (!(error instanceof HubError && error.status === 409)) throw error
        }
      }),
    list: (revision) =>
      asHubError(async () => {
        const at = `${endpoint}/api/datasets/${repo}/tree/${encodeURIComponent(revision)}`
        // The package follows pages for ever, and to anywhere.
        return listTree(new URL(`${at}?recursive=true&expand=false`), async (page) => {
          const response = await fetch(page.href, { headers: authorization(options) })
          return { text: await response.text(), link: response.headers.get('link') }
        })
      }),
    pullRequests: () =>
      asHubError(async () => {
        const response = await fetch(`${endpoint}/api/datasets/${repo}/refs?include_prs=1`, {
          headers: authorization(options),
        })
        const { data } = PullRequests.safeParse(await response.json())
        if (data === undefined) throw unusable('its list of pull requests is not in the form of a Hub')
        const numbers = data.pullRequests.map(({ ref }) => Number(/^refs\/pr\/(\d{1,9})$/u.exec(ref)?.[1]))
        return numbers.filter((number) => number > 0).toSorted((a, b) => b - a)
      }),
    commit: ({ title, operations, revision, parent, pullRequest, onEvent }) =>
      asHubError(async () => {
        // The package ignores a signal that was given before the call.
        stop.throwIfAborted()
        const events = commitIter({
          ...common,
          repo: dataset(),
          title,
          operations,
          branch: revision,
          ...(parent !== undefined && { parentCommit: parent }),
          isPullRequest: pullRequest,
          useXet: xet,
          abortSignal: stop,
        })
        for (;;) {
          const { done, value } = await events.next()
          if (!done) onEvent(value)
          else if (isCommit(value?.commit.oid)) return value
          else throw unusable('its answer to the commit names no commit', 'commit')
        }
      }),
    open: (path, revision) =>
      asHubError(async () => {
        const blob = await downloadFile({ ...common, repo: dataset(), path, revision, xet: false })
        if (blob) return blob
        throw new HubError(`${path} is not there`, { call: 'read', status: 404, code: 'EntryNotFound' })
      }, 'read'),
    page: (path = '') => `${endpoint}/datasets/${repo}${path}`,
    wait: (ms) => options.wait(ms, stop),
    close: () => client.close(),
  }
}
