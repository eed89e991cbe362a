import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** What came of an upload: stored, or the reason why nothing was. */
export type Stored = 'stored' | 'wrong size' | 'wrong hash'

/** Content on disk: LFS objects by their sha256, parts of uploads, small files by their git id. */
export type ObjectStore = ReturnType<typeof openObjectStore>

/** Opens the store in a folder; what an interrupted upload left behind goes, finished objects and parts stay. */
export function openObjectStore(folder: string) {
  const incoming = join(folder, 'incoming')
  rmSync(incoming, { recursive: true, force: true })
  mkdirSync(incoming, { recursive: true })

  function objectFile(oid: string): string {
    return join(folder, 'objects', oid.slice(0, 2), oid.slice(2, 4), oid)
  }
  function sizeOf(oid: string): number | undefined {
    return statSync(objectFile(oid), { throwIfNoEntry: false })?.size
  }
  function partFile(upload: string, part: number): string {
    return join(folder, 'parts', upload, String(part).padStart(5, '0'))
  }
  function xorbFile(hash: string): string {
    return join(folder, 'xorbs', hash.slice(0, 2), hash)
  }
  function blobFile(oid: string): string {
    return join(folder, 'blobs', oid.slice(0, 2), oid)
  }

  async function receive(
    source: AsyncIterable<Uint8Array>,
    algorithm: 'sha256' | 'md5',
  ): Promise<{ file: string; size: number; digest: string }> {
    const file = join(incoming, randomUUID())
    const hash = createHash(algorithm)
    let size = 0
    async function* counted(): AsyncGenerator<Uint8Array> {
      for await (const chunk of source) {
        hash.update(chunk)
        size += chunk.length
        yield chunk
      }
    }
    try {
      await pipeline(counted(), createWriteStream(file))
    } catch (error) {
      await rm(file, { force: true })
      throw error
    }
    return { file, size, digest: hash.digest('hex') }
  }

  async function put(oid: string, size: number, source: AsyncIterable<Uint8Array>): Promise<Stored> {
    const came = await receive(source, 'sha256')
    if (came.size === size && came.digest === oid) {
      await moveInto(came.file, objectFile(oid))
      return 'stored'
    }
    await rm(came.file)
    return came.size === size ? 'wrong hash' : 'wrong size'
  }

  return {
    objectFile,
    /** The size in bytes of a stored object, or undefined. */
    size: sizeOf,
    put,
    /** Stores a part of an upload and returns its entity tag, with the quotes. */
    async putPart(upload: string, part: number, source: AsyncIterable<Uint8Array>): Promise<string> {
      const came = await receive(source, 'md5')
      await moveInto(came.file, partFile(upload, part))
      await writeFile(`${partFile(upload, part)}.md5`, came.digest)
      return `"${came.digest}"`
    },
    /** Joins parts in the given order into the object; 'unknown part' when one is missing or has another tag. */
    async join(
      upload: string,
      oid: string,
      size: number,
      parts: readonly { part: number; etag: string }[],
    ): Promise<Stored | 'unknown part'> {
      // A client whose answer was lost asks again, when the parts are gone and the object is there.
      if (sizeOf(oid) === size) return 'stored'
      for (const { part, etag } of parts) {
        const file = `${partFile(upload, part)}.md5`
        if (!existsSync(file) || `"${await readFile(file, 'utf8')}"` !== etag) return 'unknown part'
      }
      async function* content(): AsyncGenerator<Uint8Array> {
        for (const { part } of parts) {
          yield* createReadStream(partFile(upload, part)) as AsyncIterable<Uint8Array>
        }
      }
      const outcome = await put(oid, size, content())
      if (outcome === 'stored') await rm(join(folder, 'parts', upload), { recursive: true })
      return outcome
    },
    hasXorb: (hash: string): boolean => existsSync(xorbFile(hash)),
    /** Whether the xorb was new. Its name is a hash that this store cannot compute; the files made of it are checked. */
    async putXorb(hash: string, source: AsyncIterable<Uint8Array>): Promise<boolean> {
      const isNew = !existsSync(xorbFile(hash))
      await moveInto((await receive(source, 'md5')).file, xorbFile(hash))
      return isNew
    },
    readXorb: (hash: string): Promise<Uint8Array> => readFile(xorbFile(hash)),
    async putBlob(oid: string, content: Uint8Array): Promise<void> {
      if (existsSync(blobFile(oid))) return
      const file = join(incoming, randomUUID())
      await writeFile(file, content)
      await moveInto(file, blobFile(oid))
    },
    readBlob: (oid: string): Promise<Uint8Array> => readFile(blobFile(oid)),
  }
}

async function moveInto(file: string, place: string): Promise<void> {
  await mkdir(dirname(place), { recursive: true })
  await rename(file, place)
}
