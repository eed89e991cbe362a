import { createHash } from 'node:crypto'

/**
 * JSON text that is the same for equal values: object keys sorted, `undefined` members left out, no spaces.
 * Identity and fingerprints are hashes of this text, so it must never change for stored data.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => (isPlainObject(member) ? sortKeys(member) : member))
}

/** Lower-case hexadecimal sha256 of a text or of bytes. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

/** The first 128 bits, as 32 hexadecimal digits, of the sha256 of the canonical JSON of `value`. */
export function hashOf(value: unknown): string {
  return sha256(canonicalJson(value)).slice(0, 32)
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Built from entries, not by assignment, which would lose a key that is called `__proto__`. */
function sortKeys(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(object)
      .sort()
      .map((key) => [key, object[key]]),
  )
}
