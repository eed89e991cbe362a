import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeFolder, remove } from './entries.ts'

const bufferBytes = 1_000_000

/** Rows that wait on disk until any of them is wanted by its number. Memory holds one number for each row. */
export type RowFile<Row> = {
  add(row: Row): Promise<void>
  /** The row that was added as the *index*-th, counted from 0. */
  row(index: number): Promise<Row>
  /** Removes the file. */
  remove(): Promise<void>
}

/** @param path of the file, which is replaced where there is one; rows are stored as JSON */
export async function openRowFile<Row>(path: string): Promise<RowFile<Row>> {
  await makeFolder(dirname(path))
  const handle = await open(path, 'w+')
  const starts: number[] = []
  let pieces: Buffer[] = []
  let waiting = 0
  let end = 0

  async function flush(): Promise<void> {
    if (pieces.length > 0) await handle.writeFile(Buffer.concat(pieces))
    pieces = []
    waiting = 0
  }

  return {
    async add(row) {
      const bytes = Buffer.from(JSON.stringify(row))
      starts.push(end)
      end += bytes.length
      pieces.push(bytes)
      waiting += bytes.length
      if (waiting > bufferBytes) await flush()
    },
    async row(index) {
      await flush()
      const start = starts[index]
      if (start === undefined) throw new Error(`there is no row ${index}`)
      const bytes = Buffer.alloc((starts[index + 1] ?? end) - start)
      await handle.read(bytes, 0, bytes.length, start)
      return JSON.parse(bytes.toString('utf8')) as Row
    },
    async remove() {
      await handle.close()
      await remove(path)
    },
  }
}
