import { open } from 'node:fs/promises'
import { ownIdentity, ProcessIdentity } from './process-identity.ts'

/*
 * The file in which a worker shows that it is there: a counter and which process it is, and in a second line a note to the
 * other workers. Counter and note are written in place and have a fixed width, so that whoever has the file open, or opens it
 * anew, reads the one before or the one after.
 */

const digits = 12

/** Characters of a note. */
const noteLength = 24

/** What a worker says that has nothing to say. */
export const noNote = '-'.repeat(noteLength)

export type BeatFile = {
  /** Raises the counter. */
  beat(): Promise<void>
  /** Puts another note in the place of the one before, for every worker that looks from now on. */
  say(note: string): Promise<void>
  close(): Promise<void>
}

export async function createBeatFile(path: string): Promise<BeatFile> {
  const head = `${'0'.repeat(digits)} ${JSON.stringify(ownIdentity())}\n`
  const file = await open(path, 'wx')
  await file.write(`${head}${noNote}\n`, 0)
  const at = Buffer.byteLength(head)
  let count = 0
  return {
    async beat() {
      count += 1
      await file.write(String(count).padStart(digits, '0'), 0)
      await file.datasync()
    },
    async say(note) {
      if (note.length !== noteLength) throw new Error(`a note has ${noteLength} characters: ${note}`)
      await file.write(note, at)
      await file.datasync()
    },
    close: () => file.close(),
  }
}

/**
 * What the text of a worker's file says: its count, with which process it is, and its note.
 *
 * @param text empty where there is no file
 */
export function readBeat(text: string): { beat: string; process: ProcessIdentity | undefined; note: string } {
  const [head = '', note = ''] = text.split('\n')
  return {
    beat: head,
    process: identityIn(head.slice(digits)),
    note: note.length === noteLength ? note : noNote,
  }
}

function identityIn(text: string): ProcessIdentity | undefined {
  try {
    return ProcessIdentity.parse(JSON.parse(text))
  } catch {
    // Missing, or of another version.
    return undefined
  }
}
