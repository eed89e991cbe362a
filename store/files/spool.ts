import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readLines } from './lines.ts'
import { exists, makeFolder, readText, remove } from './entries.ts'

/** How many buckets a spool has. */
export const bucketCount = 256
const bufferLimitBytes = 8_000_000

/** Rows on disk, spread over buckets by the first two hexadecimal digits of their key. */
export type Spool<Row> = {
  /** @param key begins with two hexadecimal digits */
  add(key: string, row: Row): Promise<void>
  /** The rows of one bucket, one in memory at a time, in the order in which they were added. Ends the adding. */
  bucket(index: number): AsyncGenerator<Row>
  /** Every bucket in the order of the keys' first digits, one in memory at a time. Ends the adding. */
  buckets(): AsyncGenerator<Row[]>
  /** Removes the files. */
  remove(): Promise<void>
}

/**
 * Sorts more rows than fit in memory: 256 buckets on disk, each small enough to be sorted by the caller. What is held is
 * the write buffer (8 MB) or one bucket.
 *
 * @param replacer as of `JSON.stringify`, for rows with values that have no JSON
 */
export async function openSpool<Row>(
  folder: string,
  replacer?: (key: string, value: unknown) => unknown,
): Promise<Spool<Row>> {
  await remove(folder)
  await makeFolder(folder)
  const buffers = new Map<string, string[]>()
  let buffered = 0

  async function flush(): Promise<void> {
    for (const [bucket, lines] of buffers) await appendFile(join(folder, bucket), lines.join(''))
    buffers.clear()
    buffered = 0
  }

  return {
    async add(key, row) {
      const bucket = key.slice(0, 2)
      const line = `${JSON.stringify(row, replacer)}\n`
      const lines = buffers.get(bucket)
      if (lines) lines.push(line)
      else buffers.set(bucket, [line])
      buffered += line.length
      if (buffered > bufferLimitBytes) await flush()
    },
    async *bucket(index) {
      await flush()
      yield* linesOf<Row>(join(folder, bucketName(index)))
    },
    async *buckets() {
      await flush()
      for (let bucket = 0; bucket < bucketCount; bucket++) {
        const rows = await readBucket<Row>(join(folder, bucketName(bucket)))
        if (rows.length > 0) yield rows
      }
    },
    remove: () => remove(folder),
  }
}

/** The key of a bucket. */
export function bucketName(index: number): string {
  return index.toString(16).padStart(2, '0')
}

async function* linesOf<Row>(path: string): AsyncGenerator<Row> {
  if (!(await exists(path))) return
  for await (const line of readLines(path)) yield JSON.parse(line) as Row
}

async function readBucket<Row>(path: string): Promise<Row[]> {
  const lines = (await readText(path))?.split('\n').slice(0, -1) ?? []
  return lines.map((line) => JSON.parse(line) as Row)
}
