import { createHash } from 'node:crypto'
import { commit, createRepo } from '@huggingface/hub'
import type { HubOptions } from '../../../simulators/hub/options.ts'
import { startHub } from '../../../simulators/hub/start.ts'
import type { Hub } from '../../../simulators/hub/start.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

export const repository = 'demo-org/pairs'
export const card = '---\nlicense: mit\ntags: [synthetic]\n---\n# Pairs\n'
export const shardPath = 'data/train-00000-of-00001.parquet'
/** 4,096 bytes that are all different from their neighbours, so that a wrong range shows. */
export const shard = Buffer.from(Uint16Array.from({ length: 2048 }, (_, index) => index).buffer)

/** How the JavaScript client names the repository and the server. */
export type At = { repo: `datasets/${string}`; hubUrl: string; accessToken: string }

/** A local Hub in a folder of its own. */
export async function emptyHub(options: Partial<HubOptions> = {}): Promise<{ hub: Hub } & AsyncDisposable> {
  const folder = await temporaryFolder()
  const hub = await startHub({ folder: folder.path, ...options })
  return {
    hub,
    async [Symbol.asyncDispose]() {
      await hub.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** A local Hub with one dataset: a card and a large file. */
export async function filledHub(
  options: Partial<HubOptions> = {},
): Promise<{ hub: Hub; at: At } & AsyncDisposable> {
  const empty = await emptyHub(options)
  const { hub } = empty
  const at = address(hub)
  await createRepo(at)
  await push(at, { 'README.md': card, [shardPath]: shard })
  return { hub, at, [Symbol.asyncDispose]: () => empty[Symbol.asyncDispose]() }
}

export function address(hub: Hub, token = hub.token): At {
  return { repo: `datasets/${repository}`, hubUrl: hub.url, accessToken: token }
}

/** One commit of the given files with the JavaScript client. */
export async function push(
  at: At,
  files: Record<string, string | Uint8Array>,
  options: { branch?: string; isPullRequest?: boolean; parentCommit?: string } = {},
): Promise<{ oid: string; pullRequestUrl: string | undefined }> {
  const done = await commit({
    ...at,
    ...options,
    title: 'Add files',
    useXet: false,
    operations: Object.entries(files).map(([path, content]) => ({
      operation: 'addOrUpdate',
      path,
      content: new Blob([typeof content === 'string' ? content : new Uint8Array(content)]),
    })),
  })
  return { oid: done!.commit.oid, pullRequestUrl: done!.pullRequestUrl }
}

/** A plain request to the Hub with its token. */
export function ask(
  hub: Hub,
  path: string,
  options: { method?: string; json?: unknown; body?: string; token?: string | null; range?: string } = {},
): Promise<Response> {
  const { token = hub.token, json, range } = options
  const body = json === undefined ? options.body : JSON.stringify(json)
  return fetch(`${hub.url}${path}`, {
    method: options.method ?? (body === undefined ? 'GET' : 'POST'),
    redirect: 'manual',
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(range === undefined ? {} : { range }),
    },
    ...(body === undefined ? {} : { body }),
  })
}

/** Announces an object and returns what the batch call says of it. */
export async function announce(
  hub: Hub,
  content: Uint8Array,
  transfers: readonly string[] = ['basic', 'multipart'],
): Promise<{ href?: string; header?: Record<string, string>; error?: { code: number }; transfer: string }> {
  const response = await ask(hub, `/datasets/${repository}.git/info/lfs/objects/batch`, {
    json: {
      operation: 'upload',
      transfers,
      hash_algo: 'sha_256',
      objects: [{ oid: sha256(content), size: content.length }],
    },
  })
  const reply = (await response.json()) as {
    transfer: string
    objects: {
      error?: { code: number }
      actions?: { upload: { href: string; header?: Record<string, string> } }
    }[]
  }
  const [object] = reply.objects
  const { error, actions } = object!
  return { ...actions?.upload, ...(error === undefined ? {} : { error }), transfer: reply.transfer }
}

/** The lines of a commit, as a client posts them. */
export function postCommit(hub: Hub, lines: readonly unknown[], branch = 'main'): Promise<Response> {
  const body = lines.map((line) => JSON.stringify(line)).join('\n')
  return ask(hub, `/api/datasets/${repository}/commit/${branch}`, { body })
}

export function smallCommit(path = 'notes.txt', parentCommit?: string): unknown[] {
  return [
    { key: 'header', value: { summary: 'Notes', ...(parentCommit === undefined ? {} : { parentCommit }) } },
    { key: 'file', value: { path, content: 'aGVsbG8=', encoding: 'base64' } },
  ]
}

export function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

/** The id of the newest commit of a branch. */
export function head(hub: Hub, branch = 'main'): string {
  return hub.repo(repository)!.branches.get(branch)!
}
