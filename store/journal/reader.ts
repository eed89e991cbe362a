import { closeSync, openSync, readSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { JournalLine } from '../../schemas/journal.ts'
import { attemptFolders, filesOfAttempt } from './attempt-files.ts'
import { goneAttempts } from './closed-attempts.ts'
import { damageError, type JournalDamage } from './damage.ts'
import { cutsOfJournal } from './shard-claims.ts'
import { LineDamage, openLine } from './line.ts'
import { missingBytes } from './spend-summary.ts'

/** A journal line and its place in the journal, so that its text can be fetched again without being kept. */
export type JournalEntry = { line: JournalLine; file: string; offset: number; length: number }

const chunkBytes = 1024 * 1024
const newline = 0x0a

/**
 * Every whole line of a shard's journal. A torn tail is passed over.
 *
 * @throws RunError at the end when lines are damaged or missing, so that nothing is done on the strength of the others
 */
export async function* readJournal(shardFolder: string): AsyncGenerator<JournalEntry> {
  const damages: JournalDamage[] = []
  const bytesOf = await cutsOfJournal(shardFolder)
  for (const attempt of await attemptFolders(shardFolder)) {
    yield* passing(scanAttempt(attempt, bytesOf), damages)
  }
  for (const gone of await goneAttempts(shardFolder)) damages.push({ problem: 'missing', ...gone })
  if (damages.length > 0) throw damageError(damages)
}

/** Every whole line of one attempt, in the same way. */
export async function* readAttempt(attemptFolder: string): AsyncGenerator<JournalEntry> {
  const damages: JournalDamage[] = []
  yield* passing(scanAttempt(attemptFolder), damages)
  if (damages.length > 0) throw damageError(damages)
}

/**
 * The lines of one attempt, and what of them is damaged or missing.
 *
 * @param bytesOf how much of each file counts
 */
export async function* scanAttempt(
  attemptFolder: string,
  bytesOf: (file: string) => number = () => Infinity,
): AsyncGenerator<JournalEntry | JournalDamage> {
  for (const file of await filesOfAttempt(attemptFolder)) yield* scanFile(file, bytesOf(file))
  const bytes = await missingBytes(attemptFolder)
  if (bytes > 0) yield { problem: 'missing', folder: attemptFolder, bytes }
}

/**
 * Fetches one line again by the place that `readJournal` named. It waits for the disk, which has just been read or written:
 * handing three short calls for each answer to other threads costs a sixth of all sealing.
 */
export function readJournalLineAt(file: string, offset: number, length: number): JournalLine {
  const bytes = Buffer.alloc(length)
  const handle = openSync(file, 'r')
  try {
    readSync(handle, bytes, 0, length, offset)
  } finally {
    closeSync(handle)
  }
  try {
    return openLine(bytes).line
  } catch (error) {
    if (!(error instanceof LineDamage)) throw error
    throw damageError([{ problem: error.message, file, number: 0, offset, length, bytes: Buffer.alloc(0) }])
  }
}

async function* passing(
  found: AsyncIterable<JournalEntry | JournalDamage>,
  damages: JournalDamage[],
): AsyncGenerator<JournalEntry> {
  for await (const each of found) {
    if ('line' in each) yield each
    else damages.push(each)
  }
}

async function* scanFile(file: string, most: number): AsyncGenerator<JournalEntry | JournalDamage> {
  // A file is written by one version, so that a line without a checksum after one with it has lost it.
  let format: 'unknown' | 'sealed' | 'plain' = 'unknown'
  for await (const { number, offset, bytes } of rawLines(file)) {
    if (offset + bytes.length >= most) return
    const place = { file, offset, length: bytes.length }
    try {
      const { line, sealed } = openLine(bytes)
      if (!sealed && format === 'sealed') throw new LineDamage('it has lost its checksum')
      if (number === 1) format = sealed ? 'sealed' : 'plain'
      yield { line, ...place }
    } catch (error) {
      if (!(error instanceof LineDamage)) throw error
      yield { problem: error.message, number, bytes: Buffer.from(bytes), ...place }
    }
  }
}

/** The whole lines of a file as bytes, counted from 1, each valid until the next one is asked for. */
export async function* rawLines(
  file: string,
): AsyncGenerator<{ number: number; offset: number; bytes: Buffer }> {
  const handle = await open(file, 'r')
  try {
    let pending: Buffer = Buffer.alloc(0)
    let offset = 0
    let number = 0
    const chunk = Buffer.alloc(chunkBytes)
    for (;;) {
      const { bytesRead } = await handle.read(chunk, 0, chunkBytes, offset + pending.length)
      if (bytesRead === 0) return
      pending = Buffer.concat([pending, chunk.subarray(0, bytesRead)])
      let start = 0
      for (let end = pending.indexOf(newline); end !== -1; end = pending.indexOf(newline, start)) {
        number += 1
        yield { number, offset: offset + start, bytes: pending.subarray(start, end) }
        start = end + 1
      }
      pending = pending.subarray(start)
      offset += start
    }
  } finally {
    await handle.close()
  }
}
