import { join } from 'node:path'
import { entriesBelow } from '../../store/files/entries.ts'
import { readPieces } from '../../store/files/read-pieces.ts'
import { visitParquetTexts } from '../../store/parquet/visit-texts.ts'

/** Names of the variables that hold secrets, and what they hold. */
export type Secrets = Readonly<Record<string, string>>

/** Shorter values are placeholders such as `EMPTY`, which stand in many texts and protect nothing. */
const shortestSecret = 8

/** A file that holds the value of a variable. */
export type FoundSecret = { path: string; variable: string }

/**
 * Looks for secrets in every file of a folder: in its bytes, and for Parquet files in every text of every row, whatever
 * its compression and encoding. Values shorter than `shortestSecret` are not looked for. Memory is bounded by a few
 * pages of one column.
 *
 * @returns the first find of every file
 */
export async function findSecrets(
  folder: string,
  secrets: Secrets,
  onBytes: (bytes: number) => void,
): Promise<FoundSecret[]> {
  const wanted = Object.entries(secrets)
    .filter(([, value]) => value.length >= shortestSecret)
    .map(([variable, value]) => ({ variable, bytes: Buffer.from(value) }))
  const found: FoundSecret[] = []
  if (wanted.length === 0) return found
  for (const { path } of (await entriesBelow(folder)).filter((entry) => entry.isFile)) {
    const absolute = join(folder, path)
    const variable =
      (await inBytes(absolute, wanted, onBytes)) ??
      (path.endsWith('.parquet') ? await inTexts(absolute, wanted) : undefined)
    if (variable !== undefined) found.push({ path, variable })
  }
  return found
}

type Wanted = readonly { variable: string; bytes: Buffer }[]

async function inBytes(
  path: string,
  wanted: Wanted,
  onBytes: (bytes: number) => void,
): Promise<string | undefined> {
  const overlap = Math.max(...wanted.map(({ bytes }) => bytes.length)) - 1
  let tail: Buffer = Buffer.alloc(0)
  for await (const piece of readPieces(path)) {
    const seam = Buffer.concat([tail, piece.subarray(0, overlap)])
    const variable = holderOf(seam, wanted) ?? holderOf(piece, wanted)
    if (variable !== undefined) return variable
    tail = piece.length < overlap ? Buffer.concat([tail, piece]) : piece
    tail = Buffer.from(tail.subarray(Math.max(0, tail.length - overlap)))
    onBytes(piece.length)
  }
  return undefined
}

async function inTexts(path: string, wanted: Wanted): Promise<string | undefined> {
  let variable: string | undefined
  await visitParquetTexts(path, (text) => {
    variable ??= holderOf(Buffer.from(text.buffer, text.byteOffset, text.byteLength), wanted)
  })
  return variable
}

function holderOf(bytes: Buffer, wanted: Wanted): string | undefined {
  return wanted.find((secret) => bytes.includes(secret.bytes))?.variable
}
