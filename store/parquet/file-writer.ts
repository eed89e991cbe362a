import type { FileHandle } from 'node:fs/promises'
import { constants, zstdCompressSync } from 'node:zlib'
import { ByteWriter } from 'hyparquet-writer'
import type { Writer } from 'hyparquet-writer'

const initialBytes = 1_000_000
/** What comes out of a page is put together from pieces: of the usual size, a tenth of the time goes into that. */
const compressedPiece = 2 ** 17

/** The library's in-memory writer, emptied into the file after every row group instead of growing. */
export function fileWriter(handle: FileHandle, onBytes: (bytes: Uint8Array) => void): Writer {
  const memory = new ByteWriter(initialBytes)
  const drain = async (): Promise<void> => {
    const bytes = memory.getBytes()
    onBytes(bytes)
    await handle.writeFile(bytes)
    memory.index = 0
  }
  return Object.assign(memory, { flush: drain, finish: drain })
}

/** Level 3 with a checksum, so that a page that changed on disk is noticed by every reader that checks. */
export function compressZstd(bytes: Uint8Array): Uint8Array {
  const params = { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 }
  return zstdCompressSync(bytes, { params, chunkSize: compressedPiece })
}
