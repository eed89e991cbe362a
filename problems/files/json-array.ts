/** An element of a JSON array as bytes, counted from 1; `bytes` is `undefined` for one over the limit. */
export type Element = { number: number; bytes: Buffer | undefined }

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c]
const opening: ReadonlySet<number> = new Set([0x5b, 0x7b])
const closing: ReadonlySet<number> = new Set([0x5d, 0x7d])

/**
 * The elements of one JSON array, without holding more than one of them. Whether an element is JSON is not looked at.
 *
 * @throws SyntaxError when the array does not end, or when something follows its end
 */
export async function* splitArray(chunks: AsyncIterable<Buffer>, limit: number): AsyncGenerator<Element> {
  let parts: Buffer[] = []
  let length = 0
  let number = 0
  let depth = 0
  let inText = false
  let isEscaped = false
  let isOver = false
  const add = (part: Buffer): void => {
    length += part.length
    if (length > limit) parts = []
    else if (part.length > 0) parts.push(part)
  }
  const take = (): Element => {
    number += 1
    const element = { number, bytes: length > limit ? undefined : Buffer.concat(parts) }
    parts = []
    length = 0
    return element
  }
  const isBlank = (): boolean => length <= limit && Buffer.concat(parts).toString('latin1').trim() === ''
  for await (const chunk of chunks) {
    let start = 0
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at]!
      if (inText) {
        if (isEscaped) isEscaped = false
        else if (byte === backslash) isEscaped = true
        else if (byte === quote) inText = false
      } else if (byte === quote) inText = true
      else if (opening.has(byte)) {
        depth += 1
        if (depth === 1) start = at + 1
      } else if (closing.has(byte)) {
        depth -= 1
        if (depth !== 0) continue
        add(chunk.subarray(start, at))
        isOver = true
        if (!isBlank() || number > 0) yield take()
        start = at + 1
      } else if (byte === comma && depth === 1) {
        add(chunk.subarray(start, at))
        yield take()
        start = at + 1
      }
      if (isOver && start <= at && byte > 0x20)
        throw new SyntaxError('something follows the end of the array')
    }
    if (depth > 0) add(chunk.subarray(start))
  }
  if (!isOver) throw new SyntaxError('the array has no end')
}
