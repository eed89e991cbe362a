import { createHash } from 'node:crypto'
import { readPieces } from '../../store/files/read-pieces.ts'
import type { InputFile } from './files.ts'

/** sha256 of the content of files, one after the other; standard input counts for nothing. */
export async function digestOf(files: readonly InputFile[]): Promise<string> {
  const hash = createHash('sha256')
  for (const { path } of files) {
    if (path === '-') continue
    for await (const piece of readPieces(path)) hash.update(piece)
  }
  return hash.digest('hex')
}
