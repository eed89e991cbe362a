import type { Readable } from 'node:stream'
import { TextDecoder } from 'node:util'
import { readBytes } from './bytes.ts'
import type { InputFile } from './files.ts'
import { type Line, splitLines } from '../../store/files/lines.ts'
import { isObject } from '../../schemas/is-object.ts'
import { quoted } from '../../schemas/quoted.ts'
import type { RowReason } from '../../schemas/reasons.ts'
import { type JsonNumbers, parseExactJson, RepeatedKey } from '../../store/files/exact-json.ts'
import type { BadRow, RawRow } from '../rows.ts'

/** The longest line that is read, in bytes. */
export const longestLine = 16 * 1024 * 1024

/** The rows of a JSON Lines file; a line that is no object is a bad row and reading goes on after it. */
export async function* readJsonl(
  file: InputFile,
  stdin: Readable,
  numbers: JsonNumbers = 'values',
): AsyncGenerator<RawRow | BadRow> {
  for await (const { number, ...line } of readJsonLines(readBytes(file, stdin), numbers)) {
    const position = `${file.label}:${number}`
    yield 'row' in line ? { ...line, position, file: file.name, number } : { ...line, position }
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
  for await (const line of splitLines(chunks, longestLine)) {
    const read = readLine(line, decoder, numbers)
    if (read !== undefined) yield read
  }
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
