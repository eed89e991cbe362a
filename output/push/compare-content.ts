import { readPiece } from '../../store/files/read-pieces.ts'
import type { HubFile } from './dataset-files.ts'

/** Of a file that is read in pieces: so many bytes each, at its beginning, at its end and at places between. */
const pieceBytes = 64 * 1024
const between = 2
/** Files up to this size are read whole, and whatever its size a file that the Hub keeps in git. */
const wholeBytes = 4_000_000
const stepBytes = 4_000_000

/**
 * Reads back what the Hub stores of a file and compares it with ours: whole where the Hub keeps it in git or where it is
 * small, otherwise beginning, end, and places between that differ from file to file. That the rest is right is known by
 * the sha256 under which the Hub lists it.
 *
 * @param inGit whether it is outside of the large-file storage
 */
export async function hasContentOf(file: HubFile, remote: Blob, inGit: boolean): Promise<boolean> {
  if (remote.size !== file.bytes) return false
  const isWhole = inGit || file.bytes <= wholeBytes
  for (const [start, end] of isWhole ? steps(file.bytes) : places(file)) {
    const bytes = await remote.slice(start, end).arrayBuffer()
    if (!Buffer.from(bytes).equals(await oursOf(file, start, end))) return false
  }
  return true
}

function steps(bytes: number): [number, number][] {
  const count = Math.ceil(bytes / stepBytes)
  return Array.from({ length: count }, (_, index) => [
    index * stepBytes,
    Math.min(bytes, (index + 1) * stepBytes),
  ])
}

function places({ bytes, sha256 }: HubFile): [number, number][] {
  const last = bytes - pieceBytes
  const chosen = Array.from({ length: between }, (_, index) => {
    const share = Number.parseInt((sha256 ?? '').slice(index * 8, index * 8 + 8) || '80000000', 16) / 2 ** 32
    return Math.floor(share * last)
  })
  return [0, ...chosen, last].map((start) => [start, start + pieceBytes])
}

async function oursOf({ content }: HubFile, start: number, end: number): Promise<Uint8Array> {
  if ('file' in content) return readPiece(content.file, start, end)
  return Buffer.from(content.text).subarray(start, end)
}
