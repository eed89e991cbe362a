import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { InputFile } from './files.ts'

/** sha256 of the content of files, one after the other; standard input counts for nothing. */
export async function digestOf(files: readonly InputFile[]): Promise<string> {
  const hash = createHash('sha256')
  for (const { path } of files) {
    if (path === '-') continue
    for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array)
  }
  return hash.digest('hex')
}
