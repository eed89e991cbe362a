import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { RunError } from '../../schemas/errors.ts'
import type { RejectedRow } from '../input/problem-source.ts'
import type { Reporter } from '../report/reporter.ts'

/** Lines shown to the person; all of them are in the file. */
const shown = 20

/** Where rejected rows of the problem source go: a few lines to the person, all of them to a JSONL file. */
export async function openRejects(
  path: string,
  reporter: Reporter,
  strict: boolean,
): Promise<{ add(row: RejectedRow): Promise<void>; close(): Promise<void> }> {
  const file = createWriteStream(path)
  await once(file, 'open')
  let count = 0
  let closed = false
  return {
    async add(row) {
      const line = `${row.position}: ${row.message} (${row.reason})`
      if (strict)
        throw new RunError(
          `${line}; with --strict a bad row ends the run: correct it, or leave --strict out to have it counted and passed over`,
        )
      count += 1
      if (count <= shown) reporter.warn(line)
      if (!file.write(`${JSON.stringify(row)}\n`)) await once(file, 'drain')
    },
    async close() {
      if (closed) return
      closed = true
      if (count > shown) reporter.warn(`… and ${count - shown} more rejected rows, all listed in ${path}`)
      file.end()
      await once(file, 'close')
    },
  }
}
