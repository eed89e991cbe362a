import { parquetMetadataAsync } from 'hyparquet'
import PQueue from 'p-queue'
import { TwinstillError } from '../../schemas/errors.ts'
import type { HubDataset } from './dataset-files.ts'
import type { HubRepository } from '../../hub/write/repository.ts'
import { HubError } from '../../hub/client/error.ts'
import { isSame } from './plan-push.ts'

const together = 4
/** A footer is rarely longer; a longer one takes a second request. */
const footerBytes = 64 * 1024

/**
 * Compares what a commit holds with what was to be published: every file by size and hash, and of every shard the rows
 * that its footer counts, read by range as a reader of the Hub would.
 *
 * @param head the commit, so that nobody's later change is compared
 * @returns one line for every difference
 */
export async function verifyPush(
  hub: HubRepository,
  dataset: HubDataset,
  head: string,
  onShard: (done: number) => void,
): Promise<string[]> {
  const remote = await hub.list(head)
  const differences: string[] = []
  for (const file of [...dataset.shards, ...dataset.rest]) {
    const found = remote.get(file.path)
    if (found === undefined) differences.push(`${file.path} is missing`)
    else if (!(await isSame(file, found))) differences.push(`${file.path} has other bytes`)
  }
  if (differences.length > 0) return differences
  const queue = new PQueue({ concurrency: together })
  let done = 0
  const counts = await queue.addAll(
    dataset.manifest.files.map(({ path, rows }) => async () => {
      const found = await remoteRows(hub, path, head)
      onShard(++done)
      return found === rows ? [] : [`${path} has ${found} rows by its footer, the manifest says ${rows}`]
    }),
  )
  return counts.flat()
}

async function remoteRows(hub: HubRepository, path: string, revision: string): Promise<number> {
  const blob = await hub.open(path, revision)
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
