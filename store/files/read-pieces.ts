import { open } from 'node:fs/promises'

const pieceBytes = 256 * 1024

/**
 * Reads a file piece by piece into one and the same memory: a piece is valid until the next one is asked for. A stream
 * would leave a new buffer behind for each, a hundred megabytes of them before they are collected.
 */
export async function* readPieces(path: string): AsyncGenerator<Buffer> {
  const handle = await open(path, 'r')
  try {
    const memory = Buffer.allocUnsafeSlow(pieceBytes)
    for (;;) {
      const { bytesRead } = await handle.read(memory, 0, pieceBytes, null)
      if (bytesRead === 0) return
      yield memory.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}

/** The bytes of a file from `start` up to and without `end`; fewer where it ends before. */
export async function readPiece(path: string, start: number, end: number): Promise<Uint8Array> {
  const handle = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(end - start), 0, end - start, start)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}
