import { badAnswer, type CallKind, HubError } from './error.ts'

/** Whom a body came from and what it is, for the message of one that is too long. */
export type Bound = { call: CallKind; host: string; what: string; mostBytes: number }

/**
 * The bytes of a body in one piece. A Hub's answers are small, so one without an end is cut off at its bound, after
 * decompression, and the call is not repeated: the same would come again.
 *
 * @throws HubError for a body that is longer
 */
export async function boundedBytes(body: AsyncIterable<Uint8Array>, bound: Bound): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of body) {
    length += piece.length
    if (length > bound.mostBytes)
      throw new HubError(`${bound.what} is longer than ${sizeText(bound.mostBytes)}`, {
        call: bound.call,
        host: bound.host,
        code: badAnswer,
      })
    pieces.push(piece)
  }
  return Buffer.concat(pieces, length)
}

/** The same as text. */
export async function boundedText(body: AsyncIterable<Uint8Array>, bound: Bound): Promise<string> {
  return new TextDecoder().decode(await boundedBytes(body, bound))
}

/** Of one answer of the Hub's API. A page of a tree has a thousand files of some hundred bytes. */
export const mostApiBytes = 32_000_000

function sizeText(bytes: number): string {
  return bytes >= 1e6 ? `${Math.floor(bytes / 1e6)} MB` : `${bytes} bytes`
}
