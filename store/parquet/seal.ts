import { createHash, hash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'

/*
 * Two entries of a footer seal a file: one holds 64 bits of the SHA-256 of everything before the footer, the other of the
 * footer itself. So counts are known to be right when the footer alone is read, and pages before they are decoded.
 */
const dataMark = 'data:'
const footerMark = 'footer:'
const digits = 16
const blank = '0'.repeat(digits)
const tailBytes = 8
const pieceBytes = 1_000_000

/** What a file that is to be sealed has in its footer until it is. */
export const sealEntries: Readonly<Record<string, string>> = {
  'twinstill.seal.data': dataMark + blank,
  'twinstill.seal.footer': footerMark + blank,
}

/** Puts the checksums of a file that is written, with `sealEntries`, into its footer. */
export async function sealFile(handle: FileHandle): Promise<void> {
  const { footer, start } = await readFooterBytes(handle)
  const [data, own] = [placeOf(footer, dataMark), placeOf(footer, footerMark)]
  if (data === undefined || own === undefined) throw new Error('its footer has no entries for checksums')
  footer.write(await sumOfData(handle, start), data, 'latin1')
  footer.write(sumOf(footer), own, 'latin1')
  await handle.write(footer, 0, footer.length, start)
}

/**
 * @param what the footer alone, or every byte
 * @returns whether the file is sealed
 * @throws Error when it is not what was written
 */
export async function checkSeal(handle: FileHandle, what: 'footer' | 'all'): Promise<boolean> {
  const { footer, start } = await readFooterBytes(handle)
  const [data, own] = [placeOf(footer, dataMark), placeOf(footer, footerMark)]
  if (data === undefined && own === undefined) return false
  const stated = (place: number | undefined): string =>
    place === undefined ? '' : footer.toString('latin1', place, place + digits)
  const [dataSum, footerSum] = [stated(data), stated(own)]
  if (own !== undefined) footer.write(blank, own, 'latin1')
  if (footerSum !== sumOf(footer)) throw new Error('the checksum of its footer does not hold')
  if (what === 'all' && dataSum !== (await sumOfData(handle, start)))
    throw new Error('its checksum does not hold')
  return true
}

/** The footer with the size and the letters at its end. */
export async function readFooterBytes(handle: FileHandle): Promise<{ footer: Buffer; start: number }> {
  const { size } = await handle.stat()
  const tail = Buffer.alloc(tailBytes)
  if (size < tailBytes + 4) throw new Error(`it has ${size} bytes`)
  await handle.read(tail, 0, tailBytes, size - tailBytes)
  const start = size - tailBytes - tail.readUInt32LE(0)
  if (tail.toString('latin1', 4) !== 'PAR1' || start < 4)
    throw new Error('it does not end as a Parquet file does')
  const footer = Buffer.alloc(size - start)
  await handle.read(footer, 0, footer.length, start)
  return { footer, start }
}

/** Where the digits stand behind a mark. */
function placeOf(footer: Buffer, mark: string): number | undefined {
  // The mark with its length before it, as texts are stored: values of other entries may hold the same word.
  const text = Buffer.concat([Buffer.from([mark.length + digits]), Buffer.from(mark)])
  const place = footer.lastIndexOf(text)
  return place === -1 ? undefined : place + text.length
}

/** With blanks where it is to stand itself. */
function sumOf(footer: Buffer): string {
  return hash('sha256', footer, 'hex').slice(0, digits)
}

async function sumOfData(handle: FileHandle, end: number): Promise<string> {
  const sum = createHash('sha256')
  const piece = Buffer.allocUnsafe(Math.min(pieceBytes, end))
  for (let at = 0; at < end;) {
    const { bytesRead } = await handle.read(piece, 0, Math.min(piece.length, end - at), at)
    if (bytesRead === 0) throw new Error(`it ends at byte ${at} where ${end} are due`)
    sum.update(piece.subarray(0, bytesRead))
    at += bytesRead
  }
  return sum.digest('hex').slice(0, digits)
}
