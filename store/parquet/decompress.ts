import { createRequire } from 'node:module'
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import type { Compressors } from 'hyparquet'
import type * as Library from 'hyparquet-compressors'

type Decompress = (input: Uint8Array, outputLength: number) => Uint8Array
type Native = (input: Uint8Array, options: { maxOutputLength: number; chunkSize: number }) => Uint8Array

/** How the pages of any writer are decompressed: by Node where it can, which is twice as fast. */
export const decompressors: Compressors = {
  ...Object.fromEntries(
    (['SNAPPY', 'LZ4', 'LZ4_RAW'] as const).map((codec) => [codec, orEmpty(ofLibrary(codec))]),
  ),
  ZSTD: orEmpty(native(zstdDecompressSync, ofLibrary('ZSTD'))),
  GZIP: orEmpty(native(gunzipSync, ofLibrary('GZIP'))),
  BROTLI: orEmpty(native(brotliDecompressSync, ofLibrary('BROTLI'))),
}

const require = createRequire(import.meta.url)
let library: typeof Library | undefined

/** The library is loaded with the first page that needs it; our own files never do. */
function ofLibrary(codec: keyof Compressors): Decompress {
  return (input, outputLength) => {
    library ??= require('hyparquet-compressors') as typeof Library
    return library.compressors[codec]!(input, outputLength)
  }
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
