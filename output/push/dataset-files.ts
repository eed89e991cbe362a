import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { RunError } from '../../schemas/errors.ts'
import { makeManifest, manifestText, readManifest, type Manifest } from '../dataset/manifest.ts'
import { entriesBelow, readText, sizeOf } from '../../store/files/entries.ts'
import { readPieces } from '../../store/files/read-pieces.ts'
import type { PublishedFacts } from '../card/facts.ts'
import { checkCardFiles, publishedCard } from './published-card.ts'
import { publishedCroissant } from './published-croissant.ts'

/** Files in one commit: the Hub advises 50 to 100. */
export const filesPerCommit = 50

/** A file as it will be on the Hub. */
export type HubFile = {
  path: string
  bytes: number
  /** Where its bytes are: a local file, or a text that is made for the Hub. */
  content: { file: string } | { text: string }
  /** Of the bytes, where it is known without reading them. */
  sha256: string | null
}

export type HubDataset = {
  /** Shards, whose paths may not be those of the dataset folder. */
  shards: HubFile[]
  /** Card, manifest and everything else: they change together, in the last commit. */
  rest: HubFile[]
  /** As it is published, with the Hub's paths. */
  manifest: Manifest
  /** Whether shards are in folders named after their content, see `hubDataset`. */
  foldered: boolean
}

/**
 * What a dataset folder becomes on the Hub. A dataset that fits into one commit keeps its paths: one commit replaces the
 * old version by the new one. A larger one needs several, so its shards go into a folder named after their content,
 * `data/<configuration>/<digest>/`, which no card speaks of until the last commit; the card and the manifest of the Hub
 * name that folder. Which of the two only depends on the dataset.
 *
 * @param repo `ORG/NAME`, which the card's examples name
 * @throws RunError when a name or a file cannot be published, or the card does not name exactly the manifest's files
 */
export async function hubDataset(
  folder: string,
  repo: string,
  perCommit = filesPerCommit,
  facts: PublishedFacts = {},
): Promise<HubDataset> {
  const manifest = await readManifest(folder)
  const names = await publishableNames(folder)
  const shardPaths = new Set(manifest.files.map((file) => file.path))
  const foldered = names.length > perCommit
  const folders = foldered ? contentFolders(manifest) : new Map<string, string>()
  const onHub = foldered ? movedManifest(manifest, folders) : manifest
  const card = publishedCard((await readText(join(folder, 'README.md'))) ?? '', repo, folders, facts)
  checkCardFiles(card, onHub)
  const texts: Record<string, string> = { 'README.md': card, 'manifest.json': manifestText(onHub) }
  const croissant = await readText(join(folder, 'croissant.json'))
  if (croissant !== undefined)
    texts['croissant.json'] = publishedCroissant(croissant, { local: manifest, onHub }, facts)
  const rest = names.filter((name) => !shardPaths.has(name))
  return {
    shards: onHub.files.map(({ path, bytes, sha256 }, index) => ({
      path,
      bytes,
      content: { file: join(folder, manifest.files[index]!.path) },
      sha256,
    })),
    rest: await Promise.all(rest.map((name) => restFile(folder, name, texts[name]))),
    manifest: onHub,
    foldered,
  }
}

/** What git calls a file: the sha1 of its length and bytes. The Hub lists files so that are not in its large-file storage. */
export async function gitOid({ bytes, content }: HubFile): Promise<string> {
  const hash = createHash('sha1').update(`blob ${bytes}\0`)
  if ('text' in content) return hash.update(content.text).digest('hex')
  for await (const piece of readPieces(content.file)) hash.update(piece)
  return hash.digest('hex')
}

/** The sha256 of a file's bytes. */
export async function contentSha256({ sha256, content }: HubFile): Promise<string> {
  if (sha256 !== null) return sha256
  const hash = createHash('sha256')
  if ('text' in content) return hash.update(content.text).digest('hex')
  for await (const piece of readPieces(content.file)) hash.update(piece)
  return hash.digest('hex')
}

async function restFile(folder: string, name: string, text: string | undefined): Promise<HubFile> {
  if (text !== undefined)
    return { path: name, bytes: Buffer.byteLength(text), content: { text }, sha256: null }
  const file = join(folder, name)
  return { path: name, bytes: (await sizeOf(file)) ?? 0, content: { file }, sha256: null }
}

/** Every file of a dataset folder by its path, hidden ones left out. */
async function publishableNames(folder: string): Promise<string[]> {
  const names: string[] = []
  for (const { path: name, isFile } of await entriesBelow(folder)) {
    const absolute = join(folder, name)
    if (name.split('/').some((part) => part.startsWith('.'))) continue
    if (!/^[\w./-]+$/u.test(name))
      throw new RunError(
        `${JSON.stringify(name)} in ${folder} cannot be published: readers only find names of A-Z a-z 0-9 . _ - /; rename or remove it`,
      )
    if (!isFile) throw new RunError(`${absolute} is not a plain file; replace it by one or remove it`)
    if ((await sizeOf(absolute)) === 0)
      throw new RunError(`${absolute} is empty, and readers of the Hub fail on empty files; remove it`)
    names.push(name)
  }
  return names.sort()
}

/** A short name for the content of every configuration: the same files, the same folder. */
function contentFolders(manifest: Manifest): Map<string, string> {
  const hashes = new Map<string, ReturnType<typeof createHash>>()
  for (const { config, path, sha256 } of manifest.files) {
    const hash = hashes.get(config) ?? createHash('sha256')
    hashes.set(config, hash.update(`${path} ${sha256}\n`))
  }
  return new Map([...hashes].map(([config, hash]) => [config, hash.digest('hex').slice(0, 12)]))
}

function movedManifest(manifest: Manifest, folders: ReadonlyMap<string, string>): Manifest {
  return makeManifest(manifest.recipe, {
    exports: manifest.exports,
    plots: manifest.plots,
    files: manifest.files.map((file) => ({
      ...file,
      path: file.path.replace(/[^/]+$/u, (name) => `${folders.get(file.config)!}/${name}`),
    })),
  })
}
