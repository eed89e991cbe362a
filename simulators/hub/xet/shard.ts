/** A file as chunk ranges of xorbs: `start` to `end`, not included, with `length` bytes when unpacked. */
export type XetFile = {
  hash: string
  /** The LFS object that it is; missing in shards that only list chunks. */
  sha256: string | undefined
  terms: { xorb: string; length: number; start: number; end: number }[]
}

const entryBytes = 48
const headerBytes = 48
const withVerification = 0x80000000
const withMetadata = 0x40000000

/** The files that a shard describes. What it says of xorbs is in the xorbs themselves. */
export function filesOfShard(shard: Uint8Array): XetFile[] {
  const view = new DataView(shard.buffer, shard.byteOffset, shard.byteLength)
  const files: XetFile[] = []
  let at = headerBytes
  while (!isBookend(shard, at)) {
    const hash = hashAt(view, at)
    const flags = view.getUint32(at + 32, true)
    const count = view.getUint32(at + 36, true)
    at += entryBytes
    const terms = Array.from({ length: count }, (_, index) => {
      const term = at + index * entryBytes
      return {
        xorb: hashAt(view, term),
        length: view.getUint32(term + 36, true),
        start: view.getUint32(term + 40, true),
        end: view.getUint32(term + 44, true),
      }
    })
    at += count * entryBytes
    if ((flags & withVerification) !== 0) at += count * entryBytes
    let sha256: string | undefined
    if ((flags & withMetadata) !== 0) {
      sha256 = hashAt(view, at)
      at += entryBytes
    }
    files.push({ hash, sha256, terms })
  }
  return files
}

/** A hash is written as four numbers of 64 bits, each in hex, and stored little-endian. */
function hashAt(view: DataView, at: number): string {
  return [0, 8, 16, 24]
    .map((offset) =>
      view
        .getBigUint64(at + offset, true)
        .toString(16)
        .padStart(16, '0'),
    )
    .join('')
}

function isBookend(shard: Uint8Array, at: number): boolean {
  return shard.subarray(at, at + 32).every((byte) => byte === 0xff)
}
