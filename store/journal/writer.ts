import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { RunError } from '../../schemas/errors.ts'
import type { WrittenLine } from '../../schemas/journal.ts'
import { syncFolder } from '../files/atomic.ts'
import { makeLastFolders } from '../files/entries.ts'
import { noteClosed } from './closed-attempts.ts'
import { sealLine } from './line.ts'
import { storeSpend } from './spend-summary.ts'
import { openSpendTally, type BillOf } from './spend-tally.ts'

/** A file of a journal is closed and the next one begun at about this many bytes, so that none becomes unwieldy. */
const segmentBytes = 64 * 1024 * 1024

/** Levels below the run folder: `journal`, what is asked, the shard, the attempt. */
const foldersOfRun = 4

/** The writing end of one attempt's journal. */
export type JournalWriter = {
  /** Resolves when the line is on disk. Lines are written in the order of the calls. */
  append(line: WrittenLine): Promise<void>
  /** Waits for everything appended so far, closes the file and leaves a summary of what the lines cost. */
  close(): Promise<void>
}

/**
 * Opens a journal folder for one writer: `0001.jsonl`, `0002.jsonl`, …, created when the first line comes.
 *
 * Group commit without a timer: while one `fdatasync` runs, further lines gather, and the next one takes them all. So a
 * slow disk costs latency and never throughput, and a quiet one acknowledges at once. After a failed write nothing more
 * is accepted: a line after a torn one could not be told from damage.
 *
 * @param billOf for the summary of what the lines cost
 * @param requireAlive throws once others have taken this process for dead. It is asked after each write and before the lines
 *   are acknowledged: what was acknowledged is on disk when they measure what counts of this journal.
 */
export function openJournal(
  folder: string,
  billOf: BillOf,
  requireAlive: () => Promise<void> = async () => undefined,
): JournalWriter {
  let waiting: { bytes: Buffer; resolve: () => void; reject: (error: unknown) => void }[] = []
  let file: FileHandle | undefined
  let segment = 0
  let bytesInSegment = 0
  let draining: Promise<void> | undefined
  let failure: Error | undefined
  let closed = false
  const spend = openSpendTally(billOf)

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      // What comes in one turn of the event loop goes to disk together: many answers do where many are in flight.
      await nextTurn()
      const batch = waiting
      waiting = []
      try {
        if (failure !== undefined) throw failure
        await commit(Buffer.concat(batch.map(({ bytes }) => bytes)))
      } catch (error) {
        failure = error as Error
        for (const entry of batch) entry.reject(error)
        continue
      }
      for (const entry of batch) entry.resolve()
    }
    // In the same turn as the last look at `waiting`: a line appended later must find no drain under way.
    draining = undefined
  }

  async function commit(bytes: Buffer): Promise<void> {
    try {
      file ??= await nextSegment()
      await file.appendFile(bytes)
      await file.datasync()
    } catch (error) {
      throw journalError(folder, error)
    }
    await requireAlive()
    bytesInSegment += bytes.length
    if (bytesInSegment < segmentBytes) return
    await file.close()
    file = undefined
  }

  async function nextSegment(): Promise<FileHandle> {
    if (segment === 0) await makeLastFolders(folder, foldersOfRun)
    segment += 1
    bytesInSegment = 0
    // Exclusive: two writers of one file would tear each other's lines.
    const handle = await open(join(folder, `${String(segment).padStart(4, '0')}.jsonl`), 'ax')
    await syncFolder(folder)
    return handle
  }

  return {
    append(line) {
      if (closed) return Promise.reject(new Error('append to a closed journal'))
      if (failure !== undefined) return Promise.reject(failure)
      let bytes: Buffer
      try {
        bytes = sealLine(line)
      } catch (error) {
        return Promise.reject(error)
      }
      spend.add(line)
      return new Promise((resolve, reject) => {
        waiting.push({ bytes, resolve, reject })
        draining ??= drain()
      })
    },
    async close() {
      closed = true
      await draining
      await file?.close()
      file = undefined
      // After a failed write the lines on disk are others than those that were counted.
      if (failure !== undefined || segment === 0) return
      await storeSpend(folder, spend.bought())
      await noteClosed(folder)
    },
  }
}

function journalError(folder: string, cause: unknown): RunError {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error'
  const advice =
    { ENOSPC: 'free disk space', ENOENT: 'put the run folder back or name its new place with --run' }[code] ??
    'see to the disk and its permissions'
  return new RunError(
    `the journal ${folder} could not be written (${code}); ${advice}, then start the same command again: everything acknowledged so far is kept`,
    { cause },
  )
}
