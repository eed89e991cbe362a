import type { FileHandle } from 'node:fs/promises'
import type { AsyncBuffer } from 'hyparquet'

/** An open file as the size and ranges of its bytes. */
export async function fileBuffer(handle: FileHandle): Promise<AsyncBuffer> {
  const { size } = await handle.stat()
  return {
    byteLength: size,
    slice: async (start, end = size) => {
      const bytes = new Uint8Array(end - start)
      let filled = 0
      while (filled < bytes.length) {
        const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled)
        if (bytesRead === 0) throw new Error(`it ends at byte ${start + filled} where ${end} are due`)
        filled += bytesRead
      }
      return bytes.buffer
    },
  }
}
