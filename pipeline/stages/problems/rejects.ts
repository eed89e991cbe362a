import { RunError } from '../../../schemas/errors.ts'
import { beginFile } from '../../../store/files/atomic.ts'
import { remove } from '../../../store/files/entries.ts'
import type { RejectedRow } from '../../../problems/source-row.ts'
import { firstWarnings } from '../../reporter/first-warnings.ts'
import type { Reporter } from '../../reporter/reporter.ts'

export type Rejects = {
  add(row: RejectedRow): Promise<void>
  /** Closes the file and gives it its name; a run that never got so far leaves none behind. */
  publish(): Promise<void>
  close(): Promise<void>
}

/**
 * Where rejected rows of the problem source go: a few lines to the person, all of them to a JSONL file.
 *
 * @param temporary where the file is written, `path` where it ends up
 */
export async function openRejects(
  temporary: string,
  path: string,
  reporter: Reporter,
  strict: boolean,
): Promise<Rejects> {
  await remove(temporary)
  const file = await beginFile(temporary)
  const warnings = firstWarnings(reporter)
  return {
    async add(row) {
      const line = `${row.position}: ${row.message} (${row.reason})`
      if (strict) {
        throw new RunError(
          `${line}; with --strict a bad row ends the run: correct it, or leave --strict out to have it counted and passed over`,
        )
      }
      warnings.warn(line)
      await file.handle.appendFile(`${JSON.stringify(row)}\n`)
    },
    async publish() {
      await file.publish(path)
      warnings.finish((more) => `… and ${more} more rejected rows, all listed in ${path}`)
    },
    close: () => file.discard(),
  }
}
