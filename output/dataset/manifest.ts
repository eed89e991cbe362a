import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { hashOf } from '../../schemas/canonical.ts'
import { RunError } from '../../schemas/errors.ts'
import { WrittenExport } from '../../schemas/written-export.ts'
import { readParquetMetadata } from '../../store/parquet/read.ts'
import type { ParquetMetadata } from '../../store/parquet/read.ts'
import { replaceFile } from '../../store/files/atomic.ts'
import { readText } from '../../store/files/entries.ts'
import { readPieces } from '../../store/files/read-pieces.ts'

/** The name of the manifest in the dataset folder. */
export const manifestFile = 'manifest.json'

const count = z.int().nonnegative()
const hash = z.string().regex(/^[0-9a-f]{32,64}$/)

/** One shard of the dataset. */
export const ManifestFile = z.strictObject({
  /** From the dataset folder, with forward slashes; on the Hub there may be a folder named after the content between. */
  path: z.string().regex(/^data\/[\w.-]+\/(?:[0-9a-f]{12}\/)?[\w.-]+\.parquet$/),
  config: z.string(),
  rows: count,
  bytes: count,
  /** Of the file: the name under which the Hub's large-file storage keeps it. */
  sha256: hash,
  /** Of the rows, independent of the file's encoding, see `openColumnDigest`. */
  digest: hash,
  /** Of the column names, types and nullability; equal in all shards of a configuration. */
  schema: hash,
})
export type ManifestFile = z.infer<typeof ManifestFile>

/** A plot of the card. */
export const PlotFile = z.strictObject({
  path: z.string().regex(/^plots\/[\w.-]+\.(?:svg|png)$/),
  bytes: count,
  sha256: hash,
})
export type PlotFile = z.infer<typeof PlotFile>

/** `manifest.json`: what the dataset folder holds and what made it. */
export const Manifest = z.strictObject({
  format: z.literal(2),
  /** Fingerprint of the recipe, as the run records it. */
  recipe: z.string(),
  exports: z.array(WrittenExport),
  files: z.array(ManifestFile),
  /** Missing where the recipe wants none, and in datasets of earlier versions. */
  plots: z.array(PlotFile).optional(),
  totals: z.strictObject({ files: count, rows: count, bytes: count }),
})
export type Manifest = z.infer<typeof Manifest>

/** A manifest of configurations and files in their order, with their totals. */
export function makeManifest(
  recipe: string,
  { exports, files, plots }: Readonly<Pick<Manifest, 'exports' | 'files' | 'plots'>>,
): Manifest {
  return {
    format: 2,
    recipe,
    exports: [...exports],
    files: [...files],
    ...(plots && { plots }),
    totals: totalsOf(files),
  }
}

/** Writes `manifest.json` whole or not at all, in place of an older one. */
export async function writeManifest(datasetFolder: string, manifest: Manifest): Promise<void> {
  await replaceFile(join(datasetFolder, manifestFile), manifestText(manifest))
}

/** The text of `manifest.json`. */
export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(Manifest.parse(manifest), null, 2)}\n`
}

/** Throws a RunError when there is no manifest or it cannot be read as one. */
export async function readManifest(datasetFolder: string): Promise<Manifest> {
  const path = join(datasetFolder, manifestFile)
  try {
    const text = await readText(path)
    if (text === undefined) throw new Error('there is no such file')
    return Manifest.parse(JSON.parse(text))
  } catch (error) {
    const reason = error instanceof z.ZodError ? error.issues[0]!.message : (error as Error).message
    throw new RunError(`cannot read ${path}: ${reason.split('\n')[0]}; write the dataset again`, {
      cause: error,
    })
  }
}

/** The hash of a file's columns that the manifest keeps. */
export function schemaHash(metadata: Pick<ParquetMetadata, 'columns'>): string {
  return hashOf(metadata.columns)
}

/** The sha256 of a file's bytes, read in pieces. */
export async function fileSha256(path: string): Promise<string> {
  const digest = createHash('sha256')
  for await (const piece of readPieces(path)) digest.update(piece)
  return digest.digest('hex')
}

/** The manifest's entry for a shard, read from the shard itself. */
export async function inspectShard(
  datasetFolder: string,
  path: string,
  config: string,
): Promise<ManifestFile> {
  const absolute = join(datasetFolder, path)
  const metadata = await readParquetMetadata(absolute)
  return {
    path,
    config,
    rows: metadata.rows,
    bytes: metadata.bytes,
    sha256: await fileSha256(absolute),
    digest: metadata.keyValue['twinstill.digest'] ?? '',
    schema: schemaHash(metadata),
  }
}

function totalsOf(files: readonly ManifestFile[]): Manifest['totals'] {
  return {
    files: files.length,
    rows: files.reduce((sum, file) => sum + file.rows, 0),
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
  }
}

/**
 * The files in which every problem of the dataset can be found: those of one matched configuration, because all of them
 * have the same problems, and of every other one.
 */
export function filesOfProblems({ exports, files }: Manifest): ManifestFile[] {
  const first = exports.find((one) => one.matched)
  const repeated = new Set(exports.filter((one) => one.matched && one !== first).map((one) => one.name))
  return files.filter((file) => !repeated.has(file.config))
}
