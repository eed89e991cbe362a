import { isDeepStrictEqual } from 'node:util'
import { join } from 'node:path'
import { entriesBelow, sizeOf } from '../../store/files/entries.ts'
import { RunError } from '../../schemas/errors.ts'
import { fileSha256, inspectShard, makeManifest, readManifest } from './manifest.ts'
import type { Manifest, ManifestFile, PlotFile } from './manifest.ts'

/**
 * Compares a dataset folder with its manifest: every file there and no other, sizes, hashes, row counts and digests as
 * recorded, one schema in all shards of a configuration, totals that add up. Every byte is read.
 *
 * @returns one line for every difference, none when all is as recorded
 */
export async function checkManifest(datasetFolder: string): Promise<string[]> {
  const manifest = await readManifest(datasetFolder)
  const differences: string[] = []
  for (const file of manifest.files) differences.push(...(await checkFile(datasetFolder, file)))
  for (const plot of manifest.plots ?? []) differences.push(...(await checkPlot(datasetFolder, plot)))
  const recorded = new Set([...manifest.files, ...(manifest.plots ?? [])].map((file) => file.path))
  for (const path of await dataFiles(datasetFolder)) {
    if (!recorded.has(path)) differences.push(`${path}: not in the manifest`)
  }
  return [...differences, ...checkTotals(manifest), ...checkRows(manifest), ...checkSchemas(manifest)]
}

async function checkFile(datasetFolder: string, recorded: ManifestFile): Promise<string[]> {
  try {
    const found = await inspectShard(datasetFolder, recorded.path, recorded.config)
    return (['rows', 'bytes', 'sha256', 'digest', 'schema'] as const)
      .filter((key) => found[key] !== recorded[key])
      .map((key) => `${recorded.path}: ${key} is ${found[key]}, the manifest says ${recorded[key]}`)
  } catch (error) {
    if (!(error instanceof RunError)) throw error
    return [`${recorded.path}: ${error.message}`]
  }
}

async function checkPlot(datasetFolder: string, { path, bytes, sha256 }: PlotFile): Promise<string[]> {
  const absolute = join(datasetFolder, path)
  const size = await sizeOf(absolute)
  if (size === undefined) return [`${path}: it is missing`]
  return size === bytes && (await fileSha256(absolute)) === sha256
    ? []
    : [`${path}: it is not the plot of the manifest`]
}

async function dataFiles(datasetFolder: string): Promise<string[]> {
  const entries = await entriesBelow(datasetFolder)
  return entries.map(({ path }) => path).filter((path) => /^data\/.*\.parquet$|^plots\//u.test(path))
}

function checkTotals(manifest: Manifest): string[] {
  const { totals } = makeManifest(manifest.recipe, manifest)
  if (isDeepStrictEqual(totals, manifest.totals)) return []
  return [
    `manifest.json: the totals are ${JSON.stringify(manifest.totals)}, the files add up to ${JSON.stringify(totals)}`,
  ]
}

function checkRows({ exports, files }: Manifest): string[] {
  const names = new Set([...exports, ...files.map((file) => ({ name: file.config }))].map(({ name }) => name))
  return [...names].flatMap((name) => {
    const recorded = exports.find((one) => one.name === name)?.rows ?? 0
    const rows = files.reduce((sum, file) => sum + (file.config === name ? file.rows : 0), 0)
    return rows === recorded
      ? []
      : [`manifest.json: ${name} has ${recorded} rows, its files add up to ${rows}`]
  })
}

function checkSchemas(manifest: Manifest): string[] {
  const first = new Map<string, ManifestFile>()
  const differences: string[] = []
  for (const file of manifest.files) {
    const other = first.get(file.config) ?? file
    first.set(file.config, other)
    if (file.schema !== other.schema)
      differences.push(`${file.path}: its columns differ from those of ${other.path}`)
  }
  return differences
}
