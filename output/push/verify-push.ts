import { parquetMetadataAsync } from 'hyparquet'
import PQueue from 'p-queue'
import { TwinstillError } from '../../schemas/errors.ts'
import { hasContentOf } from './compare-content.ts'
import type { HubDataset } from './dataset-files.ts'
import type { HubRepository } from '../../hub/write/repository.ts'
import { HubError } from '../../hub/client/error.ts'
import { isSame } from './plan-push.ts'

const together = 4
/** A footer is rarely longer; a longer one takes a second request. */
const footerBytes = 64 * 1024

/**
 * Compares what a commit holds with what was to be published: every file by the size and hash that the Hub lists, then by
 * what it gives to its readers: the rows that the footer of a shard counts, and the bytes, see `hasContentOf`.
 *
 * @param head the commit, so that nobody's later change is compared
 * @returns one line for every difference
 */
export async function verifyPush(
  hub: HubRepository,
  dataset: HubDataset,
  head: string,
  onFile: (done: number) => void,
): Promise<string[]> {
  const remote = await hub.list(head)
  const differences: string[] = []
  for (const file of [...dataset.shards, ...dataset.rest]) {
    const found = remote.get(file.path)
    if (found === undefined) differences.push(`${file.path} is missing`)
    else if (!(await isSame(file, found))) differences.push(`${file.path} has other bytes`)
  }
  if (differences.length > 0) return differences
  const rowsOf = new Map(dataset.manifest.files.map(({ path, rows }) => [path, rows]))
  const queue = new PQueue({ concurrency: together })
  let done = 0
  const found = await queue.addAll(
    [...dataset.shards, ...dataset.rest].map((file) => async () => {
      const blob = await hub.open(file.path, head)
      const inGit = remote.get(file.path)?.lfs === null
      const rows = rowsOf.get(file.path)
      const stored = rows === undefined ? undefined : await remoteRows(blob)
      onFile(++done)
      if (stored !== rows) return [`${file.path} has ${stored} rows by its footer, the manifest says ${rows}`]
      return (await hasContentOf(file, blob, inGit)) ? [] : [`${file.path} is stored with other bytes`]
    }),
  )
  return found.flat()
}

async function remoteRows(blob: Blob): Promise<number> {
  try {
    const metadata = await parquetMetadataAsync(
      {
        byteLength: blob.size,
        slice: (start, end) => blob.slice(start, end ?? blob.size).arrayBuffer(),
      },
      { initialFetchSize: footerBytes, geoparquet: false },
    )
    return Number(metadata.num_rows)
  } catch (error) {
    if (error instanceof HubError || error instanceof TwinstillError) throw error
    // Not a Parquet file: as good as one without rows.
    return 0
  }
}
