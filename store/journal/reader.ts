import { open, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { RunError } from '../../schemas/errors.ts'
import { JournalLine } from '../../schemas/journal.ts'
import { namesIn } from '../files/entries.ts'

/** A journal line and its place in the journal, so that its text can be fetched again without being kept. */
type JournalEntry = { line: JournalLine; file: string; offset: number; length: number }

const chunkBytes = 1024 * 1024
const newline = 0x0a

/** Paths of every journal file of a shard, over all attempts, in the order in which they were begun. */
async function journalFiles(shardFolder: string): Promise<string[]> {
  const files: string[] = []
  for (const attempt of await namesIn(shardFolder))
    files.push(...(await filesOfAttempt(join(shardFolder, attempt))))
  return files
}

/** Paths of the journal files of one attempt, in order. */
export async function filesOfAttempt(attemptFolder: string): Promise<string[]> {
  const names = await namesIn(attemptFolder)
  return names.filter((name) => name.endsWith('.jsonl')).map((name) => join(attemptFolder, name))
}

/**
 * Cuts off the torn last line that a kill or a power cut can leave in each file of a shard. Only for the holder of the
 * run's lock: the tail of a file that is being written looks torn too.
 *
 * @returns the bytes removed
 */
export async function repairTornTails(shardFolder: string): Promise<number> {
  let removed = 0
  for (const file of await journalFiles(shardFolder)) {
    const { size, end } = await endOfLastLine(file)
    if (end < size) {
      await truncate(file, end)
      removed += size - end
    }
  }
  return removed
}

/** Every whole line of a shard's journal. A torn tail is passed over; a damaged line before it is an error. */
export async function* readJournal(shardFolder: string): AsyncGenerator<JournalEntry> {
  yield* readJournalFiles(await journalFiles(shardFolder))
}

/** Every whole line of some journal files. */
export async function* readJournalFiles(files: readonly string[]): AsyncGenerator<JournalEntry> {
  for (const file of files) yield* readJournalFile(file)
}

/** Fetches one line again by the place that `readJournal` named. */
export async function readJournalLineAt(file: string, offset: number, length: number): Promise<JournalLine> {
  const handle = await open(file, 'r')
  try {
    const buffer = Buffer.alloc(length)
    await handle.read(buffer, 0, length, offset)
    return JournalLine.parse(JSON.parse(buffer.toString('utf8')))
  } finally {
    await handle.close()
  }
}

async function* readJournalFile(file: string): AsyncGenerator<JournalEntry> {
  const handle = await open(file, 'r')
  try {
    let pending: Buffer = Buffer.alloc(0)
    let offset = 0
    let lineNumber = 0
    const chunk = Buffer.alloc(chunkBytes)
    for (;;) {
      const { bytesRead } = await handle.read(chunk, 0, chunkBytes, offset + pending.length)
      if (bytesRead === 0) return
      pending = Buffer.concat([pending, chunk.subarray(0, bytesRead)])
      let start = 0
      for (let end = pending.indexOf(newline); end !== -1; end = pending.indexOf(newline, start)) {
        lineNumber += 1
        yield {
          line: parseLine(pending.toString('utf8', start, end), file, lineNumber),
          file,
          offset: offset + start,
          length: end - start,
        }
        start = end + 1
      }
      pending = pending.subarray(start)
      offset += start
    }
  } finally {
    await handle.close()
  }
}

function parseLine(text: string, file: string, lineNumber: number): JournalLine {
  try {
    return JournalLine.parse(JSON.parse(text))
  } catch (cause) {
    throw new RunError(
      `${file}:${lineNumber}: this journal line is damaged; restore the file from a backup, or delete this one line to have its sample asked again`,
      { cause },
    )
  }
}

async function endOfLastLine(file: string): Promise<{ size: number; end: number }> {
  const handle = await open(file, 'r')
  try {
    const { size } = await handle.stat()
    const buffer = Buffer.alloc(chunkBytes)
    for (let end = size; end > 0;) {
      const start = Math.max(0, end - chunkBytes)
      await handle.read(buffer, 0, end - start, start)
      const last = buffer.subarray(0, end - start).lastIndexOf(newline)
      if (last !== -1) return { size, end: start + last + 1 }
      end = start
    }
    return { size, end: 0 }
  } finally {
    await handle.close()
  }
}
