import { hash } from 'node:crypto'
import { RunError } from '../../schemas/errors.ts'
import { JournalLine, type Answered, type WrittenLine } from '../../schemas/journal.ts'
import { receivedBytes } from '../../schemas/received.ts'

/*
 * A line of a journal is JSON whose last member is a checksum of the bytes before it: `{…,"sum":"0123456789abcdef"}`. It
 * is 64 bits of a SHA-256, nine microseconds for twelve kilobytes. Journals of the first format have none.
 */
const sumStart = ',"sum":"'
const sumDigits = 16
const sumBytes = sumStart.length + sumDigits + '"}'.length

/** A line as it is stored, with its line feed. */
export function sealLine(line: WrittenLine): Buffer {
  let open
  try {
    open = withoutBracket(line)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new RunError(
      `the reply about problem ${line.problem_id} of ${line.arm} is nested too deeply or too long to be stored; see what the server sends`,
      { cause },
    )
  }
  return Buffer.concat([open, Buffer.from(`${sumStart}${sumOf(open)}"}\n`)])
}

/** The JSON of a line up to its closing bracket. A body stands in it as it came, which spares writing it anew. */
function withoutBracket(line: WrittenLine): Buffer {
  const received = line.type === 'answered' ? receivedBytes(line.body) : undefined
  if (received === undefined) return Buffer.from(JSON.stringify(line).slice(0, -1))
  const { body: _body, ...rest } = line as Answered
  return Buffer.concat([Buffer.from(`${JSON.stringify(rest).slice(0, -1)},"body":`), received])
}

/** What is wrong with a line that cannot be read, for people. */
export class LineDamage extends Error {}

/** A line of a journal without its line feed, and whether it has a checksum, which then is right. */
export function openLine(bytes: Uint8Array): { line: JournalLine; sealed: boolean } {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const sealed = hasSeal(text)
  if (sealed && !isWhole(text)) throw new LineDamage('its checksum does not hold')
  let value: unknown
  try {
    value = JSON.parse(text.toString('utf8'))
  } catch (cause) {
    throw new LineDamage('it is not JSON', { cause })
  }
  if (sealed) delete (value as Record<string, unknown>)['sum']
  const parsed = JournalLine.safeParse(value)
  if (parsed.success) return { line: parsed.data, sealed }
  throw new LineDamage('it is no line of a journal', { cause: parsed.error })
}

/** Whether bytes are one whole line with a checksum that holds. */
export function isWhole(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (!hasSeal(text)) return false
  const end = text.length - sumBytes
  const stated = text.toString('latin1', end + sumStart.length, text.length - 2)
  return sumOf(text.subarray(0, end)) === stated
}

/**
 * The lines that a damaged one stood for, where its checksum tells: two lines whose line feed between them was lost, or
 * one in which a single bit is wrong. Only the right bytes have the checksum, so nothing is guessed.
 */
export function mendLine(bytes: Uint8Array): Buffer[] | undefined {
  const text = Buffer.from(bytes)
  const joined = text.indexOf(sumStart)
  const next = joined + sumBytes
  if (joined !== -1 && next < text.length && isWhole(text.subarray(0, next))) {
    const rest = text.subarray(next + 1)
    if (rest.length === 0) return [text.subarray(0, next)]
    const others = isWhole(rest) ? [rest] : mendLine(rest)
    return others && [text.subarray(0, next), ...others]
  }
  if (text.length > longestMended) return undefined
  for (let bit = 0; bit < text.length * 8; bit++) {
    flip(text, bit)
    if (isWhole(text)) return [text]
    flip(text, bit)
  }
  return undefined
}

/** Every bit is tried, which takes the square of the length: a second for so many bytes. */
const longestMended = 16_000

function flip(bytes: Buffer, bit: number): void {
  bytes[bit >> 3]! ^= 1 << (bit & 7)
}

function hasSeal(text: Buffer): boolean {
  const end = text.length - sumBytes
  return (
    end > 0 &&
    text.toString('latin1', end, end + sumStart.length) === sumStart &&
    text.toString('latin1', text.length - 2) === '"}'
  )
}

function sumOf(text: string | Buffer): string {
  return hash('sha256', text, 'hex').slice(0, sumDigits)
}
