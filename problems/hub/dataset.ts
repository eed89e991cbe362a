import { readForeignRanges } from '../../store/parquet/foreign/read.ts'
import { readParquetColumns, type ByteRanges } from '../../store/parquet/read.ts'
import { UsageError } from '../../schemas/errors.ts'
import { nearestName } from '../../schemas/nearest-name.ts'
import { knownFormat } from '../files/files.ts'
import { placedRows } from '../files/parquet.ts'
import type { BadRow, RawRow } from '../rows.ts'
import { openHubCache } from '../../hub/read/cache.ts'
import { type HubAccess, openHubReader } from '../../hub/read/reader.ts'
import { explainHubError } from '../../hub/client/explain.ts'
import { findSplit } from './find-split.ts'
import { openRanges } from '../../hub/read/ranges.ts'
import type { ColumnChoice, HubReference, Pins } from '../../hub/read/reference.ts'
import { fileAddress, type HubFile } from '../../hub/read/repository.ts'
import { readTextFile } from './text-file.ts'

export type HubOptions = HubAccess & {
  /** What is loaded is kept there, for a reader that is killed; the caller removes it. */
  folder: string
  /** Commits that were settled before; others are asked for. */
  pins?: Pins
}

/** Of a column, over the network: four of the blocks that are loaded side by side. */
const pieceBytes = 32 * 2 ** 20

/** One split of a dataset at one commit. */
export type HubDataset = {
  commit: string
  config: string
  split: string
  /** In the order in which they are read. */
  files: HubFile[]
  /** Of the dataset's card; empty when it states none. */
  license: string
  /** The given pins and those of this dataset: what a later reader needs to read the same. */
  pins: Pins
  /** The columns that the first file declares; `undefined` where no file declares them (JSON Lines, CSV). */
  columns(): Promise<string[] | undefined>
  /**
   * The rows in the order of the files, from the beginning. Of Parquet only the footers travel, and the wanted columns of
   * the row groups that hold the first `limit` rows, in pieces; other files are loaded whole.
   *
   * @throws UsageError for a column by name that a Parquet file has not; RunError when the Hub fails for good
   */
  rows(columns?: ColumnChoice, limit?: number): AsyncGenerator<RawRow | BadRow>
  /** Bytes of all answers so far; what was kept from an earlier reader does not count. */
  bytesRead(): number
  close(): Promise<void>
}

/**
 * Finds a split of a dataset on the Hub: its commit, its card, its files. No row is read.
 *
 * @throws UsageError of one line for what a person can mend: a name that is unknown, a token, a gate
 * @throws RunError of one line when the Hub cannot be reached or fails for good
 */
export async function openHubDataset(reference: HubReference, options: HubOptions): Promise<HubDataset> {
  const { repo } = reference
  const client = openHubReader(options)
  const explain = (error: unknown): unknown =>
    explainHubError(error, {
      purpose: 'reading',
      endpoint: client.endpoint,
      hasToken: client.hasToken,
      repo,
      section: reference.section,
    })
  try {
    const found = await findSplit(client, reference, { pins: options.pins ?? {}, note: options.note })
    const cache = openHubCache(options.folder)
    const addressOf = (file: HubFile): string => fileAddress(client, found.name, found.filesCommit, file.path)
    const context = { client, cache, note: options.note, addressOf, explain }
    const opened = new Map<HubFile, ByteRanges>()
    const rangesOf = (file: HubFile): ByteRanges => {
      const ranges = opened.get(file) ?? openRanges(file, context)
      opened.clear()
      opened.set(file, ranges)
      return ranges
    }
    const labelOf = (file: HubFile): string => `${repo} ${file.path}`

    const readParquet = (
      file: HubFile,
      columns: ColumnChoice | undefined,
      limit: number,
    ): AsyncGenerator<RawRow | BadRow> => {
      const label = labelOf(file)
      const choose = (names: readonly string[]): readonly string[] =>
        typeof columns === 'function' ? columns(names) : allOf(columns ?? names, names, repo)
      const rows = readForeignRanges(label, rangesOf(file), { limit, columns: choose, pieceBytes })
      return placedRows(rows, { label, name: repo })
    }

    return {
      commit: found.commit,
      config: found.config,
      split: found.split,
      files: found.files,
      license: found.license,
      pins: found.pins,
      async columns() {
        const [first] = found.files
        if (first === undefined || knownFormat(first.path)?.format !== 'parquet') return undefined
        const stored = await readParquetColumns(labelOf(first), rangesOf(first))
        return stored.map(({ name }) => name)
      },
      async *rows(columns, limit = Infinity) {
        let left = limit
        try {
          for (const file of found.files) {
            const isParquet = knownFormat(file.path)?.format === 'parquet'
            const rows = isParquet
              ? readParquet(file, columns, left)
              : readTextFile(file, { ...context, label: labelOf(file), repo }, columns)
            for await (const row of rows) {
              yield row
              left -= 1
              if (left <= 0) return
            }
          }
        } catch (error) {
          throw explain(error)
        }
      },
      bytesRead: () => client.bytesRead(),
      close: () => client.close(),
    }
  } catch (error) {
    await client.close()
    throw explain(error)
  }
}

function allOf(wanted: readonly string[], names: readonly string[], repo: string): readonly string[] {
  for (const name of wanted) {
    if (names.includes(name)) continue
    const meant = nearestName(name, names)
    throw new UsageError(
      `the dataset ${repo} has no column "${name}"${meant === undefined ? '' : `; did you mean "${meant}"?`}; it has ${names.join(', ')}`,
    )
  }
  return wanted
}
