import { z } from 'zod'
import { commitAt, pagePath, proposable } from '../access.ts'
import { bodyText, parseJson } from '../http/exchange.ts'
import type { Call, Exchange, HubState } from '../http/exchange.ts'
import { Refusal } from '../http/refusal.ts'
import { jsonReply } from '../http/reply.ts'
import type { Reply } from '../http/reply.ts'
import { blobOid, pointerText } from '../store/git.ts'
import { addCommit } from '../store/repository.ts'
import type { Commit, FileEntry, Repository } from '../store/repository.ts'
import { cardProblems } from './validate-yaml.ts'
import { apiPath } from '../http/paths.ts'
import { openPullRequest } from './pull-requests.ts'

const path = z.string().regex(/^(?!.*(^|\/)(\.{0,2}|\.git)(\/|$))[^\0]+$/, 'is no path inside a repository')

const Line = z.discriminatedUnion('key', [
  z.looseObject({
    key: z.literal('header'),
    value: z.looseObject({
      summary: z.string().min(1),
      description: z.string().nullish(),
      parentCommit: z.string().nullish(),
    }),
  }),
  z.looseObject({
    key: z.literal('file'),
    value: z.looseObject({ path, content: z.string(), encoding: z.enum(['base64', 'utf-8']).nullish() }),
  }),
  z.looseObject({
    key: z.literal('lfsFile'),
    value: z.looseObject({
      path,
      algo: z.literal('sha256').nullish(),
      oid: z.string().regex(/^[0-9a-f]{64}$/),
      size: z.int().nonnegative().nullish(),
    }),
  }),
  z.looseObject({ key: z.literal('deletedFile'), value: z.looseObject({ path }) }),
  z.looseObject({ key: z.literal('deletedFolder'), value: z.looseObject({ path: z.string() }) }),
  z.looseObject({
    key: z.literal('copyFile'),
    value: z.looseObject({ path, srcPath: z.string(), srcRevision: z.string().nullish() }),
  }),
])
type Line = z.output<typeof Line>

type NewEntry = Omit<FileEntry, 'commit'>

/** One atomic commit: every line holds or none does. */
export const commit: Call = {
  kind: 'commit',
  methods: ['POST'],
  path: apiPath('/commit/:revision'),
  answer,
}

async function answer(exchange: Exchange): Promise<Reply> {
  const { hub } = exchange
  const { repository, caller } = proposable(exchange)
  const [first, ...lines] = (await bodyText(exchange))
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => parseJson(line, Line))
  if (first?.key !== 'header') throw new Refusal(400, 'The first line of a commit is its header')
  const header = first.value
  const revision = exchange.parameters['revision']!
  const base = commitAt(repository, revision)
  const branch = revision.replace(/^refs\/heads\//, '')
  const asPullRequest = exchange.url.searchParams.get('create_pr') === '1'
  if (!asPullRequest && !repository.branches.has(branch)) {
    throw new Refusal(400, `A commit goes on a branch, and ${revision} is none`)
  }
  const changes = await changesOf(hub, repository, base, lines)

  // Nothing waits from here on: between the look at the head and the move of the branch there is no other commit.
  const parent = commitAt(repository, revision)
  if ((header.parentCommit ?? parent.id) !== parent.id) {
    throw new Refusal(412, 'A commit has happened since. Please refresh and try again.')
  }
  const added = addCommit(repository, parent, changes, {
    title: header.summary,
    message: header.description ?? '',
    author: caller.user,
    now: hub.now(),
  })
  const about = { title: header.summary, base: branch, author: caller.user }
  const pullRequest = asPullRequest ? openPullRequest(repository, added, about) : undefined
  if (pullRequest === undefined) repository.branches.set(branch, added.id)
  hub.repositories.save(repository)
  const page = `${hub.url}/${pagePath(repository)}`
  return jsonReply({
    success: true,
    commitOid: added.id,
    commitUrl: `${page}/commit/${added.id}`,
    hookOutput: '',
    ...(pullRequest === undefined ? {} : { pullRequestUrl: `${page}/discussions/${pullRequest.number}` }),
  })
}

/** The lines applied one after the other to the files of `base`, and what that changes. */
async function changesOf(
  hub: HubState,
  repository: Repository,
  base: Commit,
  lines: readonly Line[],
): Promise<Map<string, NewEntry | null>> {
  const changes = new Map<string, NewEntry | null>()
  function now(at: string): NewEntry | undefined {
    return changes.has(at) ? (changes.get(at) ?? undefined) : base.files.get(at)
  }
  for (const { key, value } of lines) {
    switch (key) {
      case 'header':
        throw new Refusal(400, 'A commit has one header')
      case 'file':
        changes.set(
          value.path,
          await regularFile(hub, value.path, Buffer.from(value.content, value.encoding ?? 'utf-8')),
        )
        break
      case 'lfsFile':
        changes.set(value.path, largeFile(hub, value.path, value.oid, value.size ?? undefined))
        break
      case 'deletedFile':
        if (now(value.path) === undefined) throw missing(value.path)
        changes.set(value.path, null)
        break
      case 'deletedFolder': {
        const folder = `${value.path.replace(/\/+$/, '')}/`
        const inside = [...base.files.keys(), ...changes.keys()].filter((at) => at.startsWith(folder))
        if (inside.length === 0) throw missing(value.path)
        for (const at of inside) changes.set(at, null)
        break
      }
      case 'copyFile': {
        const source = value.srcRevision == null ? base : commitAt(repository, value.srcRevision)
        const entry = source.files.get(value.srcPath)
        if (entry === undefined) throw missing(value.srcPath)
        changes.set(value.path, entry)
        break
      }
    }
  }
  return changes
}

async function regularFile(hub: HubState, at: string, content: Uint8Array): Promise<NewEntry> {
  if (content.length > hub.regularLimit) {
    throw new Refusal(
      400,
      `${at} has ${content.length} bytes, and files above ${hub.regularLimit} must be LFS files`,
    )
  }
  if (at === 'README.md') {
    const { errors } = cardProblems(Buffer.from(content).toString('utf8'))
    if (errors[0] !== undefined) throw new Refusal(400, `Invalid metadata in README.md: ${errors[0].message}`)
  }
  const oid = blobOid(content)
  await hub.objects.putBlob(oid, content)
  return { oid, size: content.length }
}

function largeFile(hub: HubState, at: string, oid: string, size: number | undefined): NewEntry {
  const stored = hub.objects.size(oid)
  if (stored === undefined)
    throw new Refusal(400, `Your push was rejected: the LFS object ${oid} of ${at} is missing`)
  if (stored !== (size ?? stored)) {
    throw new Refusal(400, `Your push was rejected: ${at} says ${size} bytes, its LFS object has ${stored}`)
  }
  const pointer = Buffer.from(pointerText(oid, stored))
  return { oid: blobOid(pointer), size: stored, lfs: { oid, size: stored, pointerSize: pointer.length } }
}

function missing(at: string): Refusal {
  return new Refusal(404, `Entry not found: ${at}`, { code: 'EntryNotFound' })
}
