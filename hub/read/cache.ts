import { createHash } from 'node:crypto'
import { basename, join } from 'node:path'
import { RunError } from '../../schemas/errors.ts'
import { replaceFile } from '../../store/files/atomic.ts'
import { exists, makeFolder, readBytes, remove } from '../../store/files/entries.ts'
import { readPieces } from '../../store/files/read-pieces.ts'
import type { HubFile } from './repository.ts'

/**
 * Bytes that were loaded, in a folder of the caller, so that a reader that was killed goes on without loading them again.
 *
 * The folder is the caller's and not a shared one of the user: what is read ends in the run's own parts, so that the bytes
 * are of no use after that and can be removed with their folder. A shared one would grow until somebody thinks of it.
 *
 * Everything is kept under the name of its content, so that no entry can be an old one; each is checked when it is read.
 */
export type HubCache = {
  /** The bytes of a range; `undefined` when they were not loaded or what is on disk is not what was written. */
  load(file: HubFile, start: number, end: number): Promise<Uint8Array | undefined>
  store(file: HubFile, start: number, bytes: Uint8Array): Promise<void>
  /** Where a whole file belongs; its name ends as the file's own does. The folder is there. */
  wholePath(file: HubFile): Promise<string>
}

const digestLength = 32

export function openHubCache(folder: string): HubCache {
  const rangePath = ({ oid }: HubFile, start: number, end: number): string =>
    join(folder, checkedOid(oid), `${start}-${end}`)
  return {
    async load(file, start, end) {
      const entry = await readBytes(rangePath(file, start, end))
      const bytes = entry?.subarray(digestLength)
      if (entry === undefined || bytes?.length !== end - start) return undefined
      return digestOf(bytes).equals(entry.subarray(0, digestLength)) ? bytes : undefined
    },
    async store(file, start, bytes) {
      const entry = Buffer.concat([digestOf(bytes), bytes])
      await replaceFile(rangePath(file, start, start + bytes.length), entry)
    },
    async wholePath({ oid, path }) {
      await makeFolder(join(folder, checkedOid(oid)))
      return join(
        folder,
        checkedOid(oid),
        `whole-${basename(path)
          .replaceAll(/[^\w.-]/g, '_')
          .slice(-100)}`,
      )
    },
  }
}

/** Whether a file on disk is, byte for byte, the one of the Hub. `false` as well when there is none. */
export async function isSame({ oid, size }: HubFile, path: string): Promise<boolean> {
  // Git names a blob by a header and its content, large files go by the sha256 of the content alone.
  const hash = oid.length === 64 ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`)
  if (!(await exists(path))) return false
  for await (const piece of readPieces(path)) hash.update(piece)
  return hash.digest('hex') === oid
}

/** Takes everything away that was kept in a folder. */
export async function removeHubCache(folder: string): Promise<void> {
  await remove(folder)
}

function digestOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}

/** It becomes the name of a folder. */
function checkedOid(oid: string): string {
  if (/^[0-9a-f]{40,64}$/.test(oid)) return oid
  throw new RunError(
    'the server lists files without their digests, as no Hub does; set HF_ENDPOINT to the address of a Hub',
  )
}
