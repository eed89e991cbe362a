import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { ZodError } from 'zod'
import { ProgressFile, type Figures } from '../../schemas/progress.ts'
import { replaceFile } from '../files/atomic.ts'
import { namesIn, readText, remove } from '../files/entries.ts'
import { thisProcess } from './process-name.ts'

/** Where the processes of a run say how they are doing, each in a file of its own. Nothing depends on it. */
function progressFolder(runFolder: string): string {
  return join(runFolder, 'progress')
}

/** Removes what earlier starts left. A process that is still at work writes its file again. */
export async function clearProgress(runFolder: string): Promise<void> {
  await remove(progressFolder(runFolder))
}

/**
 * The file in which this process says how it is doing. It is written whole or not at all, and every time with a higher turn.
 *
 * @param everyMs how often it will be written
 */
export function openProgressFile(
  runFolder: string,
  everyMs: number,
): (state: ProgressFile['state'], figures: Figures, own?: Figures) => Promise<void> {
  const id = randomBytes(6).toString('hex')
  const path = join(progressFolder(runFolder), `${id}.json`)
  const process = thisProcess()
  let turn = 0
  return async (state, figures, own) => {
    turn += 1
    const file: ProgressFile = { format: 1, id, process, turn, every_ms: everyMs, state, figures, own }
    await replaceFile(path, `${JSON.stringify(file)}\n`)
  }
}

/** What the processes of a run last said, and how many files there are that this version cannot read. */
export async function readProgress(
  runFolder: string,
): Promise<{ files: ProgressFile[]; unreadable: number }> {
  const files: ProgressFile[] = []
  let unreadable = 0
  for (const name of await namesIn(progressFolder(runFolder))) {
    if (!/^[0-9a-f]+\.json$/u.test(name)) continue
    const text = await readText(join(progressFolder(runFolder), name))
    // Removed by a new start since its name was read.
    if (text === undefined) continue
    const file = parsed(text)
    if (file) files.push(file)
    else unreadable += 1
  }
  return { files, unreadable }
}

function parsed(text: string): ProgressFile | undefined {
  try {
    return ProgressFile.parse(JSON.parse(text))
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof ZodError) return undefined
    throw error
  }
}
