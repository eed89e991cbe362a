import { RunError } from '../../../schemas/errors.ts'
import { beginFile } from '../../../store/files/atomic.ts'
import { remove } from '../../../store/files/entries.ts'
import type { RejectedRow } from '../../../problems/source-row.ts'
import type { Reporter } from '../../reporter/reporter.ts'

/** Rows of one reason that are shown. */
const shown = 3

export type Rejects = {
  add(row: RejectedRow): Promise<void>
  /** Closes the file and gives it its name; a run that never got so far leaves none behind. */
  publish(): Promise<void>
  /** Says what was rejected, unless it has been said. */
  close(): Promise<void>
}

/**
 * Where rejected rows of the problem source go: to the person a line for each reason with its count and the first three
 * rows, to a JSONL file all of them.
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
  const kinds = new Map<string, { count: number; first: RejectedRow[] }>()
  const say = (where: string): void => {
    for (const [reason, { count, first }] of kinds) reporter.warn(kindLine(reason, count, first, where))
    kinds.clear()
  }
  return {
    async add(row) {
      if (strict) {
        throw new RunError(
          `${row.position}: ${row.message} (${row.reason}); with --strict a bad row ends the run: correct it, or leave --strict out to have it counted and passed over`,
        )
      }
      const kind = kinds.get(row.reason) ?? { count: 0, first: [] }
      kinds.set(row.reason, kind)
      kind.count += 1
      if (kind.first.length < shown) kind.first.push(row)
      await file.handle.appendFile(`${JSON.stringify(row)}\n`)
    },
    async publish() {
      await file.publish(path)
      say(`, all listed in ${path}`)
    },
    async close() {
      say('')
      await file.discard()
    },
  }
}

function kindLine(reason: string, count: number, first: readonly RejectedRow[], where: string): string {
  const rows = first.map(({ position, message }) => `${position}: ${message}`)
  if (count === 1) return `${rows[0]} (${reason})`
  const more = count > first.length ? ` (${reason}); ${count} such rows${where}` : ` (${reason})`
  const isSame = first.every(({ message }) => message === first[0]!.message)
  const places = first.map(({ position }) => position).join(', ')
  return `${isSame ? `${places}: ${first[0]!.message}` : rows.join('; ')}${more}`
}
