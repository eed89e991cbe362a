import { join } from 'node:path'
import { openRowFile, type RowFile } from '../../store/files/row-file.ts'
import type { Row } from '../../store/parquet/rows.ts'
import type { Arrangement, RowNote } from '../exports/export.ts'
import type { Configuration } from './configuration.ts'
import { arrangedPath, rowBytes } from './shards.ts'

/**
 * A configuration whose rows wait on disk until all of them are known, and are then written in the order that its
 * arrangement chooses. Memory holds a note of each row. It cuts its shards itself.
 */
export function arranged(
  inner: Configuration,
  arrangement: Arrangement,
  { folder, shardBytes }: { folder: string; shardBytes: number },
): Configuration {
  const notes: RowNote[] = []
  const read = { groups: 0, samples: 0 }
  let file: RowFile<Row> | undefined

  return {
    export: inner.export,
    async add({ samples }, rows) {
      read.groups += 1
      read.samples += samples.length
      file ??= await openRowFile<Row>(join(folder, arrangedPath(inner.export.name)))
      for (const row of rows) {
        notes.push(arrangement.note(row))
        await file.add(row)
      }
    },
    withdraw: (samples) => inner.withdraw(samples),
    endShard: async () => undefined,
    keep(from, stretch) {
      read.groups += stretch.groups
      read.samples += stretch.samples
      inner.keep(from, stretch)
    },
    files: () => inner.files(),
    async finish() {
      let bytes = 0
      for (const { row: index, columns = {} } of file === undefined ? [] : arrangement.choose(notes)) {
        const row = { ...(await file!.row(index)), ...columns }
        const size = rowBytes(row)
        if (bytes > 0 && bytes + size > shardBytes) {
          await inner.endShard()
          bytes = 0
        }
        bytes += size
        // Its samples were counted when the row came.
        await inner.add({ samples: [] }, [row])
      }
      await file?.remove()
      file = undefined
      return inner.finish()
    },
    entry: () => ({ ...inner.entry(), ...read }),
    async close() {
      await file?.remove()
      await inner.close()
    },
  }
}
