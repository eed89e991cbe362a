import { appendFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { replaceFile } from '../files/atomic.ts'
import { foldersIn, readText } from '../files/entries.ts'
import { bytesOfAttempt } from './attempt-files.ts'

/** An attempt at a shard that has ended, and how many bytes its journal had then. */
const Closed = z.strictObject({ attempt: z.string(), bytes: z.int().nonnegative() })
type Closed = z.infer<typeof Closed>

/** Beside the folders of a shard's attempts, so that one which is deleted as a whole is missed. */
const pathFor = (shardFolder: string): string => join(shardFolder, 'starts.jsonl')

/** Notes that an attempt has ended. */
export async function noteClosed(attemptFolder: string): Promise<void> {
  const closed: Closed = { attempt: basename(attemptFolder), bytes: await bytesOfAttempt(attemptFolder) }
  await appendFile(pathFor(dirname(attemptFolder)), `${JSON.stringify(closed)}\n`)
}

/** Attempts of a shard that have ended and whose folders are gone; none in journals of earlier versions. */
export async function goneAttempts(shardFolder: string): Promise<{ folder: string; bytes: number }[]> {
  // First what has ended: another worker may begin and end an attempt meanwhile, and its folder was there before its end was.
  const closed = await closedIn(shardFolder)
  const there = new Set((await foldersIn(shardFolder)).map(numbered))
  const gone = closed.filter(({ attempt }) => !there.has(numbered(attempt)))
  return gone.map(({ attempt, bytes }) => ({ folder: join(shardFolder, attempt), bytes }))
}

/** Takes what is there for all that there is. */
export async function forgetGone(shardFolder: string): Promise<void> {
  const closed = await closedIn(shardFolder)
  const there = new Set((await foldersIn(shardFolder)).map(numbered))
  const left = closed.filter(({ attempt }) => there.has(numbered(attempt)))
  await replaceFile(pathFor(shardFolder), left.map((one) => `${JSON.stringify(one)}\n`).join(''))
}

/** An attempt is known by the number of its start; what else is in its name may be put right by hand, as a clock is. */
function numbered(attempt: string): string {
  return /^start-\d+/u.exec(attempt)?.[0] ?? attempt
}

async function closedIn(shardFolder: string): Promise<Closed[]> {
  const text = (await readText(pathFor(shardFolder))) ?? ''
  return text.split('\n').flatMap((line) => {
    try {
      return [Closed.parse(JSON.parse(line))]
    } catch {
      // The end of the text, a torn line or a damaged one: nothing is missed by it that was not missed before.
      return []
    }
  })
}
