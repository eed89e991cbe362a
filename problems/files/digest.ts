import { createHash } from 'node:crypto'
import { knownDigest } from '../../store/files/known-digests.ts'
import { readPieces } from '../../store/files/read-pieces.ts'
import type { InputFile } from './files.ts'

/**
 * sha256 of the content of files, one after the other; standard input counts for nothing.
 *
 * @param known a file that keeps the digests of the last time, by which files that did not change are not read
 */
export async function digestOf(files: readonly InputFile[], known?: string): Promise<string> {
  const paths = files.map(({ path }) => path).filter((path) => path !== '-')
  const compute = async (): Promise<string> => {
    const hash = createHash('sha256')
    for (const path of paths) for await (const piece of readPieces(path)) hash.update(piece)
    return hash.digest('hex')
  }
  return known === undefined ? compute() : knownDigest(known, paths, compute)
}
