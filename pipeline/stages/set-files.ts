import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { sha256 } from '../../schemas/canonical.ts'
import { replaceFile } from '../../store/files/atomic.ts'
import { readBytes } from '../../store/files/entries.ts'

/** The path of a set stage's summary of a shard, or of its merged result. */
export function storedPath(runFolder: string, stage: string, of: number | 'merged'): string {
  const name = of === 'merged' ? of : `summary-${String(of).padStart(5, '0')}`
  return join(runFolder, 'sets', stage, `${name}.bin`)
}

/** Bytes of a SHA-256 digest. */
const digestBytes = 32

/**
 * Stores plain data with the fingerprint of what it was made from. The file has a digest, which reveals damage, and then
 * the data in the serialisation format of V8, which keeps maps, sets and typed arrays as they are.
 */
export async function writeStored(path: string, fingerprint: string, value: unknown): Promise<void> {
  const data = serialize({ fingerprint, value })
  await replaceFile(path, Buffer.concat([digestOf(data), data]))
}

/** `undefined` where the file is missing, damaged, of a later Node or made from something else: the caller makes it again. */
export async function readStored(path: string, fingerprint: string): Promise<{ value: unknown } | undefined> {
  const bytes = await readBytes(path)
  if (bytes === undefined) return undefined
  const data = bytes.subarray(digestBytes)
  if (!bytes.subarray(0, digestBytes).equals(digestOf(data))) return undefined
  const stored = readData(data)
  return stored?.fingerprint === fingerprint ? { value: stored.value } : undefined
}

function readData(data: Buffer): { fingerprint: string; value: unknown } | undefined {
  try {
    return deserialize(data) as { fingerprint: string; value: unknown }
  } catch {
    // Written by a later version of Node, in a form that this one does not know.
    return undefined
  }
}

function digestOf(data: Buffer): Buffer {
  return Buffer.from(sha256(data), 'hex')
}
