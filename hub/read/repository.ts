import { z } from 'zod'
import { RunError, UsageError } from '../../schemas/errors.ts'
import { nearestName } from '../../schemas/nearest-name.ts'
import type { HubReader } from './reader.ts'
import { boundedText, mostApiBytes } from '../client/bounded.ts'
import { HubError } from '../client/error.ts'
import { isCommit, isRepoName } from '../client/names.ts'
import { listTree } from '../client/list-tree.ts'

/** A file of a repository at a commit. */
export type HubFile = {
  path: string
  /** In bytes. */
  size: number
  /** sha256 of the content (64 digits) for large files, git's name of the blob (40 digits) for others. */
  oid: string
}

/** What kind of repository is read. */
type RepositoryKind = 'datasets' | 'models'

/** The branch on which the Hub keeps its own Parquet copy of a dataset. */
export const convertedBranch = 'refs/convert/parquet'

/**
 * The commit that a branch, tag or commit stands for, and the name that the repository has now.
 *
 * @param section of the recipe, where an unknown revision is a mistake of its author
 * @throws UsageError for an unknown revision, which names the nearest; HubError
 */
export async function resolveCommit(
  client: HubReader,
  repo: string,
  revision: string,
  section?: string,
  kind: RepositoryKind = 'datasets',
): Promise<{ name: string; commit: string }> {
  const address = `${client.endpoint}/api/${kind}/${repo}/revision/${encodeURIComponent(revision)}?expand=sha`
  try {
    const { id, sha } = await readJson(client, address, Info)
    return { name: id, commit: sha }
  } catch (error) {
    if (section !== undefined && isUnknownRevision(error))
      throw await unknownRevision(client, { repo, revision, section }, error)
    throw error
  }
}

export function isUnknownRevision(error: unknown): boolean {
  return (
    error instanceof HubError &&
    (error.code === 'RevisionNotFound' || (error.status === 404 && /revision/i.test(error.message)))
  )
}

/** All files at a commit, in the order of their paths. */
export async function listFiles(
  client: HubReader,
  repo: string,
  commit: string,
  kind: RepositoryKind = 'datasets',
): Promise<HubFile[]> {
  const first = new URL(`${client.endpoint}/api/${kind}/${repo}/tree/${commit}?recursive=true&expand=false`)
  const files = await listTree(first, (page) =>
    client.get(page.href, async (response) => ({
      text: await readText(client, response, 'a page of its list of files'),
      link: response.headers.get('link'),
    })),
  )
  return [...files.values()]
    .map(({ path, size, oid, lfs }) => ({ path, size, oid: lfs ?? oid }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** The text of a small file, no longer than it is listed. */
export function readSmallFile(
  client: HubReader,
  repo: string,
  commit: string,
  { path, size }: HubFile,
): Promise<string> {
  return client.get(fileAddress(client, repo, commit, path), (response) =>
    readText(client, response, path, size),
  )
}

/** Where the content of a file is asked for. */
export function fileAddress(
  client: HubReader,
  repo: string,
  commit: string,
  path: string,
  kind: RepositoryKind = 'datasets',
): string {
  const prefix = kind === 'datasets' ? 'datasets/' : ''
  return `${client.endpoint}/${prefix}${repo}/resolve/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`
}

const Info = z.object({ id: z.string().refine(isRepoName), sha: z.string().refine(isCommit) })

const Reference = z.object({ name: z.string() })
const References = z.object({
  branches: z.array(Reference).default([]),
  tags: z.array(Reference).default([]),
})

async function unknownRevision(
  client: HubReader,
  { repo, revision, section }: { repo: string; revision: string; section: string },
  cause: unknown,
): Promise<UsageError> {
  const wanted = `the dataset ${repo} has no branch, tag or commit "${revision}"`
  try {
    const { branches, tags } = await readJson(
      client,
      `${client.endpoint}/api/datasets/${repo}/refs`,
      References,
    )
    const names = [...branches, ...tags].map(({ name }) => name)
    return new UsageError(`${wanted}; ${oneOf(revision, names, `${section}.revision`)}`, { cause })
  } catch (error) {
    // A Hub that cannot say which there are still has not got the one that was wanted.
    if (!(error instanceof HubError) || error.status === 0) throw error
    return new UsageError(`${wanted}; correct ${section}.revision`, { cause })
  }
}

/** What a person can put in the place of an unknown name. */
export function oneOf(name: string, known: readonly string[], key: string): string {
  const meant = nearestName(name, known)
  const shown = known.slice(0, 30)
  if (known.length > shown.length) shown.push(`and ${known.length - shown.length} more`)
  return `${meant === undefined ? '' : `did you mean "${meant}"? `}${key} may be ${shown.join(', ')}`
}

function readJson<Schema extends z.ZodType>(
  client: HubReader,
  address: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  return client.get(address, async (response) => parse(schema, await readText(client, response)))
}

function readText(
  client: HubReader,
  response: Response,
  what = 'an answer',
  mostBytes = mostApiBytes,
): Promise<string> {
  const { host } = new URL(response.url || client.endpoint)
  return boundedText(client.body(response), { call: 'api', host, what, mostBytes })
}

function parse<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    throw new RunError(
      'the server does not answer as the Hub does; set HF_ENDPOINT to the address of a Hub, or unset it',
      { cause },
    )
  }
}
