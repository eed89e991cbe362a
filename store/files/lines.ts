import { createReadStream } from 'node:fs'

/** A line as bytes without its line feed, counted from 1; `bytes` is `undefined` for a line over the limit. */
export type Line = { number: number; bytes: Buffer | undefined }

const lineFeed = 0x0a

/**
 * The lines of a byte stream. Only a line feed ends a line: the separators U+2028 and U+2029 may occur inside JSON
 * strings, where readers that split text would break them. A line over `limit` bytes is passed over without being held.
 */
export async function* splitLines(chunks: AsyncIterable<Buffer>, limit: number): AsyncGenerator<Line> {
  let number = 1
  let parts: Buffer[] = []
  let length = 0
  const add = (part: Buffer): void => {
    length += part.length
    if (length > limit) parts = []
    else if (part.length > 0) parts.push(part)
  }
  const take = (): Line => {
    const line = { number, bytes: length > limit ? undefined : joined(parts) }
    number += 1
    parts = []
    length = 0
    return line
  }
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      add(chunk.subarray(start, end))
      yield take()
      start = end + 1
    }
    add(chunk.subarray(start))
  }
  if (length > 0) yield take()
}

/** The lines of a text file that is this program's own or a person's, without their line feeds. */
export async function* readLines(path: string): AsyncGenerator<string> {
  for await (const { bytes } of splitLines(createReadStream(path), Infinity)) yield bytes!.toString('utf8')
}

function joined(parts: Buffer[]): Buffer {
  const [only] = parts
  return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts)
}
