import { basename, dirname, join } from 'node:path'
import {
  fileSha256,
  manifestFile,
  readManifest,
  type ManifestFile,
} from '../../../../output/dataset/manifest.ts'
import { RunError, UsageError } from '../../../../schemas/errors.ts'
import { entriesBelow, exists, sizeOf } from '../../../../store/files/entries.ts'
import { readParquetMetadata } from '../../../../store/parquet/read.ts'
import { recordFile } from '../../../../store/run/run-record.ts'
import type { PairsFile } from './find-rows.ts'

/** The files of a dataset in which a row is a pair. */
export type DatasetFiles = {
  /** What a reviewer calls it. */
  name: string
  files: readonly PairsFile[]
  /** The folder of its reviews. */
  reviews: string
}

/**
 * The files of a dataset folder that hold its pairs: those of the configuration `pairs` by its manifest, each held against
 * what the manifest says of its bytes before a row of it is read; where there is no manifest those in a folder `pairs`, and where there is none all.
 *
 * @throws UsageError where there are none; RunError when the manifest cannot be read
 */
export async function datasetFiles(folder: string): Promise<DatasetFiles> {
  const named = { name: basename(folder), reviews: await reviewsOf(folder) }
  if (!(await exists(join(folder, manifestFile)))) {
    const paths = choosePairs((await entriesBelow(folder)).map(({ path }) => path))
    if (paths.length === 0)
      throw new UsageError(
        `${folder} is neither the folder of a run nor one of a dataset: it has no run.json and no Parquet files`,
      )
    const files = []
    for (const path of paths) {
      const place = join(folder, path)
      const { rows } = await readParquetMetadata(place)
      // Nothing says what its bytes were.
      files.push({ path: place, rows, check: () => Promise.resolve() })
    }
    return { ...named, files }
  }
  const own = (await readManifest(folder)).files.filter(({ config }) => config === 'pairs')
  if (own.length === 0)
    throw new UsageError(
      `${folder} has no configuration \`pairs\`; add it to \`write.configs\` of the recipe and run \`npm run write -- RECIPE\``,
    )
  return { ...named, files: own.map((file) => recordedFile(folder, file)) }
}

/** A file that is held against the manifest once, by whoever reads a row of it first. */
function recordedFile(folder: string, { path, rows, bytes, sha256 }: ManifestFile): PairsFile {
  const place = join(folder, path)
  let checked: Promise<void> | undefined
  const check = async (): Promise<void> => {
    if ((await sizeOf(place)) === bytes && (await fileSha256(place)) === sha256) return
    throw new RunError(
      `${place} is not what ${manifestFile} says of it; restore it, or run \`npm run write -- RECIPE\`, which writes it again`,
    )
  }
  return { path: place, rows, check: () => (checked ??= check()) }
}

/** Of all paths of a dataset without a manifest, those that hold its pairs. */
export function choosePairs(paths: readonly string[]): string[] {
  const files = paths.filter((path) => path.endsWith('.parquet'))
  const own = files.filter((path) => /(?:^|\/)pairs\//u.test(path))
  return (own.length > 0 ? own : files).toSorted()
}

/** Beside the folder and never in it, where they would be published: those of its run where it is the dataset of one. */
async function reviewsOf(folder: string): Promise<string> {
  const parent = dirname(folder)
  if (basename(folder) === 'dataset' && (await exists(join(parent, recordFile))))
    return join(parent, 'reviews')
  return `${folder}-reviews`
}
