import type { Readable } from 'node:stream'
import { TextDecoder } from 'node:util'
import { RunError } from '../../schemas/errors.ts'
import { readBytes } from './bytes.ts'
import { asUtf8 } from './encoding.ts'
import { splitArray } from './json-array.ts'
import type { ReadOptions } from './read-options.ts'
import type { InputFile } from './files.ts'
import { type Line, splitLines } from '../../store/files/lines.ts'
import { isObject } from '../../schemas/is-object.ts'
import { quoted } from '../../schemas/quoted.ts'
import type { RowReason } from '../../schemas/reasons.ts'
import { type JsonNumbers, parseExactJson, RepeatedKey } from '../../store/files/exact-json.ts'
import { type BadRow, type RawRow, testColumns } from '../rows.ts'

/** The longest line that is read, in bytes. */
export const longestLine = 16 * 1024 * 1024

/**
 * The rows of a JSON Lines file or of one JSON array; a line or element that is no object is a bad row and reading goes on
 * after it. Throws a RunError of one line for an array that does not end.
 */
export async function* readJsonl(
  file: InputFile,
  stdin: Readable,
  { numbers = 'values', encoding }: ReadOptions = {},
): AsyncGenerator<RawRow | BadRow> {
  const { form, chunks } = await peeked(
    asUtf8(readBytes(file, stdin), file, encoding),
    /\.json(?:\.|$)/.test(file.label),
  )
  const isArray = form === 'array'
  const read = { lines: readJsonLines, array: readElements, object: readObject }[form]
  const rows = read(chunks, numbers)
  try {
    for await (const { number, ...line } of rows) {
      const position = isArray ? `${file.label} element ${number}` : `${file.label}:${number}`
      yield 'row' in line ? { ...line, position, file: file.name, number } : { ...line, position }
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new RunError(`${file.label}: is no whole JSON array (${error.message}); mend the file`, {
      cause: error,
    })
  }
}

/** The largest file that is one object, in bytes: all of it is held. */
const largestObject = 512 * 1024 * 1024

/** The one object that a file is, which is one row; its lines, where it turns out to be none. */
async function* readObject(chunks: AsyncGenerator<Buffer>, numbers: JsonNumbers): AsyncGenerator<JsonLine> {
  const held: Buffer[] = []
  let length = 0
  for (;;) {
    const next = await chunks.next()
    if (next.done === true) break
    held.push(next.value)
    length += next.value.length
    if (length > largestObject) {
      yield* readJsonLines(all(held, chunks), numbers)
      return
    }
  }
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const whole = readLine({ number: 1, bytes: Buffer.concat(held) }, decoder, numbers)
  const isWhole = whole === undefined || 'row' in whole || whole.reason !== 'bad_json'
  if (!isWhole) yield* readJsonLines(all(held, chunks), numbers)
  else if (whole !== undefined) yield whole
}

/** What was taken of a stream already, and the rest of it. */
async function* all(held: readonly Buffer[], chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* held
  yield* chunks
}

/**
 * A file that begins with a bracket is one array, one called `.json` that begins with a brace one object, unless its first
 * line is a whole value.
 */
async function peeked(
  chunks: AsyncGenerator<Buffer>,
  mayBeObject: boolean,
): Promise<{ form: 'lines' | 'array' | 'object'; chunks: AsyncGenerator<Buffer> }> {
  const held: Buffer[] = []
  let form: 'lines' | 'array' | 'object' = 'lines'
  for (;;) {
    const next = await chunks.next()
    if (next.done === true) break
    held.push(next.value)
    const text = next.value.toString('latin1').replace(/^\u00EF\u00BB\u00BF/, '')
    if (text.trim() === '') continue
    const [first = '', ...others] = text.trimStart().split('\n')
    if (others.join('').trim() !== '' && isJson(first)) break
    if (text.trimStart().startsWith('[')) form = 'array'
    else if (mayBeObject && text.trimStart().startsWith('{') && !isJson(first)) form = 'object'
    break
  }
  return { form, chunks: all(held, chunks) }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

async function* readElements(chunks: AsyncIterable<Buffer>, numbers: JsonNumbers): AsyncGenerator<JsonLine> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for await (const element of splitArray(chunks, longestLine)) {
    const read = readLine(element, decoder, numbers)
    yield read ?? { number: element.number, reason: 'bad_json', message: 'the element is empty' }
  }
}

/** A line counted from 1: the object that it is, or why it is none. */
export type JsonLine =
  | { number: number; row: Record<string, unknown> }
  | { number: number; reason: RowReason; message: string }

/**
 * One object a line; empty lines are passed over. A line that is no object, or one with a key twice, does not end the
 * reading. Whole numbers that a double cannot hold are read as bigint, other such numbers as `numbers` says.
 */
export async function* readJsonLines(
  chunks: AsyncIterable<Buffer>,
  numbers: JsonNumbers = 'values',
): AsyncGenerator<JsonLine> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for await (const line of splitLines(withLineFeeds(chunks), longestLine)) {
    const read = readLine(line, decoder, numbers)
    if (read !== undefined) yield read
  }
}

const carriageReturn = 0x0d
const lineFeed = 0x0a

/** Old Macs end lines with a carriage return alone. No text of JSON holds one, so it ends a line, as its pair does if cut. */
async function* withLineFeeds(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let isHeld = false
  for await (const chunk of chunks) {
    if (chunk.length === 0) continue
    if (isHeld) yield Buffer.from(chunk[0] === lineFeed ? '\r' : '\n')
    isHeld = chunk.at(-1) === carriageReturn
    let made = chunk
    for (let at = made.indexOf(carriageReturn); at !== -1; at = made.indexOf(carriageReturn, at + 1)) {
      if (at === made.length - 1 || made[at + 1] === lineFeed) continue
      if (made === chunk) made = Buffer.from(chunk)
      made[at] = lineFeed
    }
    yield isHeld ? made.subarray(0, -1) : made
  }
}

/**
 * Tests of programs are values and no texts to compare: in their columns `2.0` is a number, while `"2.0"` is a text. They
 * are taken from a second reading of the row, which few rows need.
 */
function keepTestValues(row: Record<string, unknown>, text: string): void {
  const nested = testColumns.filter((name) => typeof row[name] === 'object' && row[name] !== null)
  if (nested.length === 0) return
  const values = parseExactJson(text, 'values') as Record<string, unknown>
  for (const name of nested) row[name] = values[name]
}

function readLine({ number, bytes }: Line, decoder: TextDecoder, numbers: JsonNumbers): JsonLine | undefined {
  if (bytes === undefined) {
    return {
      number,
      reason: 'line_too_long',
      message: `the line is longer than ${longestLine} bytes; one object a line is wanted`,
    }
  }
  let value: unknown
  try {
    const text = decoder.decode(bytes)
    if (text.trim() === '') return undefined
    value = parseExactJson(text, numbers)
    if (numbers === 'texts' && isObject(value)) keepTestValues(value, text)
  } catch (error) {
    if (error instanceof RepeatedKey)
      return { number, reason: 'repeated_key', message: `${error.message}; rename or remove one of the two` }
    const cause =
      error instanceof SyntaxError ? error.message.replace(/\s+/g, ' ') : 'the bytes are not UTF-8'
    return { number, reason: 'bad_json', message: `the line is not JSON: ${cause}` }
  }
  if (!isObject(value)) {
    return {
      number,
      reason: 'bad_row',
      message: `an object with named columns is wanted, got ${quoted(value)}`,
    }
  }
  return { number, row: value }
}
