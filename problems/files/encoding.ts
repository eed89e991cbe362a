import { TextDecoder } from 'node:util'
import { RunError } from '../../schemas/errors.ts'
import { readPieces } from '../../store/files/read-pieces.ts'
import { type Encoding, encodings } from '../problems-section.ts'
import type { InputFile } from './files.ts'

/**
 * A text file's chunks as UTF-8, from the stated encoding or the one that its first bytes show: a mark of UTF-8 or UTF-16,
 * or UTF-16 without one.
 *
 * @throws RunError where bytes mean nothing in the encoding
 */
export async function* asUtf8(
  chunks: AsyncIterable<Buffer>,
  file: InputFile,
  stated: Encoding | undefined,
): AsyncGenerator<Buffer> {
  let decode: ((chunk: Buffer | undefined) => Buffer) | undefined
  for await (const chunk of stated === undefined ? headFirst(chunks) : chunks) {
    decode ??= decoderOf(stated ?? shownBy(chunk), file)
    yield decode(chunk)
  }
  if (decode !== undefined) yield decode(undefined)
}

/** Bytes by which an encoding is told from others: no more, because whoever writes into a pipe may wait for what comes of them. */
const headBytes = 1024

/** A pipe may bring its first bytes one by one: what they show must not depend on that, so the first chunk is whole. */
async function* headFirst(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] | undefined = []
  let length = 0
  for await (const chunk of chunks) {
    if (held === undefined) {
      yield chunk
      continue
    }
    held.push(chunk)
    length += chunk.length
    if (length < headBytes) continue
    const head = Buffer.concat(held, length)
    held = undefined
    yield head.subarray(0, headBytes)
    if (length > headBytes) yield head.subarray(headBytes)
  }
  if (held !== undefined && length > 0) yield Buffer.concat(held, length)
}

/** UTF-8 goes through as it is: who splits it into lines also says which of them is none. */
function decoderOf(encoding: Encoding, file: InputFile): (chunk: Buffer | undefined) => Buffer {
  if (encoding === 'utf-8' || encoding === 'utf-8-sig') return (chunk) => chunk ?? Buffer.alloc(0)
  if (encoding === 'latin-1')
    return (chunk) => (chunk === undefined ? Buffer.alloc(0) : Buffer.from(chunk.toString('latin1')))
  const decoder = new TextDecoder(encoding === 'cp1252' ? 'windows-1252' : encoding, { fatal: true })
  return (chunk) => {
    try {
      if (encoding === 'cp1252' && chunk?.some((byte) => undefinedInCp1252.has(byte)))
        throw new TypeError('no character')
      return Buffer.from(chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true }))
    } catch (error) {
      throw new RunError(
        `${file.label}: is not ${encoding}; set problems.encoding to one of ${encodings.join(', ')}, or save it as UTF-8`,
        { cause: error },
      )
    }
  }
}

const undefinedInCp1252: ReadonlySet<number> = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d])

/** What the first bytes of a file show. Text in Latin letters has a zero in every second byte of UTF-16. */
function shownBy(chunk: Buffer): Encoding {
  if (chunk[0] === 0xff && chunk[1] === 0xfe) return 'utf-16le'
  if (chunk[0] === 0xfe && chunk[1] === 0xff) return 'utf-16be'
  const head = chunk.subarray(0, headBytes)
  const zeros = [0, 0]
  for (const [place, byte] of head.entries()) if (byte === 0) zeros[place % 2]! += 1
  const half = head.length / 2
  if (zeros[1]! > half * 0.6 && zeros[0]! < half * 0.1) return 'utf-16le'
  if (zeros[0]! > half * 0.6 && zeros[1]! < half * 0.1) return 'utf-16be'
  return 'utf-8'
}

/**
 * The encoding of a table that is not UTF-8, when its bytes leave little doubt: spreadsheets of Western Europe save
 * cp1252, in which a letter with an accent stands alone between plain ones. Text in other scripts has several such bytes in
 * a row, and a text with true characters of UTF-8 is a damaged one: for both there is `undefined`, which nobody guesses.
 */
export async function foundEncoding(path: string): Promise<'utf-8' | 'cp1252' | undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let isUtf8 = true
  let longest = 0
  let run = 0
  let strange = false
  for await (const chunk of readPieces(path)) {
    if (isUtf8) isUtf8 = accepts(decoder, chunk)
    for (const byte of chunk) {
      run = byte < 0x80 ? 0 : run + 1
      longest = Math.max(longest, run)
      strange ||= byte === 0 || undefinedInCp1252.has(byte)
    }
  }
  if (isUtf8 && accepts(decoder)) return 'utf-8'
  return longest <= 2 && !strange ? 'cp1252' : undefined
}

function accepts(decoder: TextDecoder, chunk?: Buffer): boolean {
  try {
    if (chunk === undefined) decoder.decode()
    else decoder.decode(chunk, { stream: true })
    return true
  } catch {
    return false
  }
}
