import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import type { Compressors } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'

type Decompress = (input: Uint8Array, outputLength: number) => Uint8Array
type Native = (input: Uint8Array, options: { maxOutputLength: number; chunkSize: number }) => Uint8Array

/** How the pages of any writer are decompressed: by Node where it can, which is twice as fast. */
export const decompressors: Compressors = {
  ...Object.fromEntries(
    Object.entries(compressors).map(([codec, decompress]) => [codec, orEmpty(decompress)]),
  ),
  ZSTD: orEmpty(native(zstdDecompressSync, compressors.ZSTD!)),
  GZIP: orEmpty(native(gunzipSync, compressors.GZIP!)),
  BROTLI: orEmpty(native(brotliDecompressSync, compressors.BROTLI!)),
}

/** A page without values has no bytes, compressed or not, which few decompressors take. */
function orEmpty(decompress: Decompress): Decompress {
  return (input, outputLength) => (outputLength === 0 ? new Uint8Array(0) : decompress(input, outputLength))
}

/** A damaged page header may claim any length. */
const largestPiece = 2 ** 26

/**
 * Node stops after the first of several zstd frames, which some writers put in one page, so a result of another length
 * than the page header says is done again by the other library.
 */
function native(fast: Native, thorough: Decompress): Decompress {
  return (input, outputLength) => {
    // One piece, a little larger than what comes, so that nothing is put together from many.
    const chunkSize = Math.min(outputLength + 64, largestPiece)
    const output = fast(input, { maxOutputLength: outputLength, chunkSize })
    return output.length === outputLength ? output : thorough(input, outputLength)
  }
}
