import { pipeline, type Readable, type Transform } from 'node:stream'
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from 'node:zlib'

/** Servers that break off have sent what they have sent: it is handed on before the error. */
const gzip = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH }

const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip(gzip),
  'x-gzip': () => createGunzip(gzip),
  deflate: () => createInflate(gzip),
  br: () => createBrotliDecompress(),
  zstd: () => createZstdDecompress(),
}

/** What servers are asked for. Not `deflate`, under which some send a zlib stream and others one without its header. */
export const acceptedEncodings = 'gzip, br'

/** No server packs a body more often; each further time would take memory of its own. */
const mostEncodings = 5

/**
 * The bytes of a body as they come, uncompressed. A body in an encoding that is not known is handed on as it is, as
 * `fetch` does.
 *
 * @param encoding the header `content-encoding`, which names the encodings in the order in which they were applied
 */
export function decodeBody(body: Readable, encoding: string): AsyncIterable<Uint8Array> {
  const names = encoding
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity')
  if (names.length === 0) return body
  if (names.length > mostEncodings || names.some((name) => decoders[name] === undefined)) return body
  const stages = names.toReversed().map((name) => decoders[name]!())
  // The reader of the last stage is told of every error.
  return pipeline([body, ...stages], () => undefined) as unknown as Transform
}
