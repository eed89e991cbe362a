import { extname } from 'node:path'
import { UsageError } from '../../schemas/errors.ts'
import { knownFormat } from '../files/files.ts'
import { type Card, readCard } from './card.ts'
import type { HubReader } from '../../hub/read/reader.ts'
import { HubError } from '../../hub/client/error.ts'
import { configsOf, hasLoadingScript, locate, type Located, oneFormat } from './layout.ts'
import type { HubReference, Pins } from '../../hub/read/reference.ts'
import {
  convertedBranch,
  type HubFile,
  isUnknownRevision,
  listFiles,
  readSmallFile,
  resolveCommit,
} from '../../hub/read/repository.ts'

/** A split, and all that is needed to read it again. */
export type FoundSplit = Located & {
  /** The dataset's name today. */
  name: string
  /** Of the revision that was asked for. */
  commit: string
  /** Of the files: another one where they are the Hub's Parquet copy. */
  filesCommit: string
  license: string
  pins: Pins
}

/** In bytes; those with a head of thousands of configurations have a few million. */
const longestCard = 20_000_000

type Context = { pins: Pins; note: (text: string) => void }

/**
 * Finds the files of a split: what the card declares, else what the names of the files tell, else the Parquet copy that
 * the Hub made of a dataset whose own files are of another kind.
 *
 * @throws UsageError for unknown names and for a dataset that cannot be read; HubError
 */
export async function findSplit(
  client: HubReader,
  { repo, config, split = 'train', revision = 'main', section = 'problems' }: HubReference,
  { pins, note }: Context,
): Promise<FoundSplit> {
  const { name, commit } = await pinnedCommit(client, { repo, revision, section }, pins)
  if (name.toLowerCase() !== repo.toLowerCase())
    note(`the dataset ${repo} is now called ${name}; put that name into new recipes`)
  const found = { name, commit, pins: { ...pins, [pinName(repo, revision)]: commit } }
  const files = await listFiles(client, name, commit)
  const card = await cardOf(client, name, commit, files, note)
  const { license } = card
  const declared = card.configs.length > 0
  const configs = declared || !hasLoadingScript(repo, files) ? configsOf(card.configs, files) : []
  if (configs.length > 0) {
    const located = locate(repo, configs, { config, split, section })
    const readable = oneFormat(located.files).filter((file) => knownFormat(file.path) !== undefined)
    if (readable.length > 0) return { ...found, ...located, files: readable, filesCommit: commit, license }
  }
  const copy = await convertedCopy(client, name, repo, pins)
  if (copy === undefined) throw unreadable(repo, files)
  const located = locate(repo, configsOf([], copy.files), { config, split, section })
  note(`the files of ${repo} are read from the Parquet copy that the Hub keeps of them (${convertedBranch})`)
  if (located.files.some((file) => file.path.includes('/partial-')))
    note(`the Hub's copy of ${repo} holds only the first part of the split ${split}`)
  return {
    ...found,
    ...located,
    filesCommit: copy.commit,
    license,
    pins: { ...found.pins, [pinName(repo, convertedBranch)]: copy.commit },
  }
}

/** The key of a pin. */
export function pinName(repo: string, revision: string): string {
  return `${repo}@${revision}`
}

/** The name is asked for each time: it is no part of a commit. */
async function pinnedCommit(
  client: HubReader,
  { repo, revision, section }: { repo: string; revision: string; section: string },
  pins: Pins,
): Promise<{ name: string; commit: string }> {
  const pin = pins[pinName(repo, revision)]
  if (pin === undefined) return resolveCommit(client, repo, revision, section)
  try {
    return await resolveCommit(client, repo, pin)
  } catch (error) {
    if (!isUnknownRevision(error)) throw error
    throw new UsageError(
      `the dataset ${repo} no longer has the commit ${pin} that this run was begun with; start another run with --run`,
      { cause: error },
    )
  }
}

async function cardOf(
  client: HubReader,
  repo: string,
  commit: string,
  files: readonly HubFile[],
  note: Context['note'],
): Promise<Card> {
  const none = { license: '', configs: [] }
  const listed = files.find((file) => file.path === 'README.md')
  if (listed === undefined) return none
  const card =
    listed.size > longestCard
      ? `it is longer than ${longestCard / 1e6} MB`
      : readCard(await readSmallFile(client, repo, commit, listed))
  if (typeof card !== 'string') return card
  note(`the card of ${repo} is not used: ${card}; its files are told by their names`)
  return none
}

async function convertedCopy(
  client: HubReader,
  name: string,
  repo: string,
  pins: Pins,
): Promise<{ commit: string; files: HubFile[] } | undefined> {
  const pin = pins[pinName(repo, convertedBranch)]
  try {
    const { commit } =
      pin === undefined ? await resolveCommit(client, name, convertedBranch) : { commit: pin }
    const files = (await listFiles(client, name, commit)).filter((file) => file.path.endsWith('.parquet'))
    return files.length > 0 ? { commit, files } : undefined
  } catch (error) {
    if (error instanceof HubError && (isUnknownRevision(error) || error.status === 404)) return undefined
    throw error
  }
}

function unreadable(repo: string, files: readonly HubFile[]): UsageError {
  const kinds = new Set(
    files.map((file) => extname(file.path)).filter((kind) => kind !== '' && kind !== '.md'),
  )
  const came = hasLoadingScript(repo, files)
    ? 'is made by a loading script, which is not run here'
    : kinds.size === 0
      ? 'holds no data files'
      : `holds ${[...kinds].toSorted().slice(0, 6).join(', ')} files`
  return new UsageError(
    `the dataset ${repo} ${came}, and the Hub has no Parquet copy of it; Parquet, JSONL or CSV is wanted: convert it with \`datasets\` (to_parquet) and give the files in problems.files`,
  )
}
