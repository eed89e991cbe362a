import { readSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeFolder, remove } from './entries.ts'

/** Records on disk that are found again by their number. */
export type Records<Value> = {
  /** Adds a record; the first one has the number 0. */
  add(value: Value): Promise<void>
  /** Ends the adding. Reads one record at a time, so that a caller may follow links between them. */
  reader(): Promise<(place: number) => Value>
  remove(): Promise<void>
}

const bufferLimit = 4_000_000
/** Records that are kept after reading, because neighbours are asked for again. */
const keptRecords = 4096

/** Opens an empty file of records. Memory: the write buffer and eight bytes a record. */
export async function openRecords<Value>(path: string): Promise<Records<Value>> {
  await makeFolder(dirname(path))
  await remove(path)
  const file: FileHandle = await open(path, 'wx+')
  let starts = new Float64Array(1024)
  let count = 0
  let length = 0
  let buffered: Buffer[] = []
  let bytes = 0
  async function flush(): Promise<void> {
    if (buffered.length > 0) await file.appendFile(Buffer.concat(buffered))
    buffered = []
    bytes = 0
  }
  return {
    async add(value) {
      const record = Buffer.from(JSON.stringify(value))
      if (count + 1 >= starts.length) {
        const longer = new Float64Array(starts.length * 2)
        longer.set(starts)
        starts = longer
      }
      length += record.length
      starts[++count] = length
      buffered.push(record)
      bytes += record.length
      if (bytes > bufferLimit) await flush()
    },
    async reader() {
      await flush()
      const kept = new Map<number, Value>()
      return (place) => {
        const known = kept.get(place)
        if (known !== undefined) return known
        const start = starts[place]!
        const record = Buffer.alloc(starts[place + 1]! - start)
        if (readSync(file.fd, record, 0, record.length, start) !== record.length)
          throw new Error(`record ${place} of ${path} is cut off`)
        const value = JSON.parse(record.toString('utf8')) as Value
        if (kept.size >= keptRecords) kept.clear()
        kept.set(place, value)
        return value
      }
    },
    async remove() {
      await file.close()
      await remove(path)
    },
  }
}
