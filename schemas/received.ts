import { isUtf8 } from 'node:buffer'

/** The bytes that a body was parsed from, by the body: one that is changed on its way is another object, and has none. */
const received = new WeakMap<object, Uint8Array>()

const bracket = 0x7b
const lineFeed = 0x0a

/**
 * Keeps the bytes of a body for whoever stores it, if they can stand in a line of JSON as they are: an object in valid UTF-8
 * on one line.
 */
export function keepReceived(body: unknown, pieces: readonly Uint8Array[]): void {
  if (typeof body !== 'object' || body === null) return
  const bytes = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
  if (bytes[0] === bracket && !bytes.includes(lineFeed) && isUtf8(bytes)) received.set(body, bytes)
}

/** Bytes that say what a body says, if they are known. */
export function receivedBytes(body: unknown): Uint8Array | undefined {
  return typeof body === 'object' && body !== null ? received.get(body) : undefined
}

/** A body whose bytes hold what nobody may keep is stored as it was parsed. */
export function dropReceived(body: unknown): void {
  if (typeof body === 'object' && body !== null) received.delete(body)
}
