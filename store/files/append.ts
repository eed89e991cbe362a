import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { writeError } from './disk-error.ts'
import { makeFolder } from './entries.ts'

const lineFeed = 0x0a

/**
 * Adds a line to a file that nobody else writes at the same time; it is on disk when this returns. A torn last line, as a
 * crash leaves it, is ended first, so that it spoils no other.
 */
export async function appendLine(path: string, line: string): Promise<void> {
  try {
    await makeFolder(dirname(path))
    const handle = await open(path, 'a+')
    try {
      const { size } = await handle.stat()
      const last = Buffer.alloc(1)
      if (size > 0) await handle.read(last, 0, 1, size - 1)
      const begin = size > 0 && last[0] !== lineFeed ? '\n' : ''
      await handle.appendFile(`${begin}${line}\n`)
      await handle.datasync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw writeError(path, error)
  }
}
