import type { SchemaElement } from 'hyparquet'
import { parseExactJson } from '../../files/exact-json.ts'
import { dateText, durationText, timeText, timestampText, type TimeUnit } from './time-texts.ts'

/** A value that cannot be given as what its column says it is; the row that holds it is refused with this sentence. */
export class ValueFault {
  readonly why: string

  constructor(why: string) {
    this.why = why
  }
}

/** A column's element without what the library would convert through a double, and the conversion in its place. */
export type ExactLeaf = { element: SchemaElement; convert: ((raw: unknown) => unknown) | undefined }

/**
 * How the values of a column are given so that nothing is lost: decimals, dates and times as text, a shorter float as the
 * shortest number that means it, JSON with the digits of its numbers; everything else as the library gives it.
 */
export function exactLeaf(element: SchemaElement): ExactLeaf {
  const convert = conversionOf(element)
  if (convert === undefined) return { element, convert }
  const { converted_type: _old, logical_type: _new, ...bare } = element
  // Without an annotation the library takes a whole number of 96 bits for a time of its own.
  if (element.type === 'INT96') return { element: { ...bare, converted_type: 'UINT_8' }, convert }
  return { element: bare, convert }
}

function conversionOf(element: SchemaElement): ExactLeaf['convert'] {
  const { type, converted_type: old, logical_type: logical } = element
  if (old === 'DECIMAL' || logical?.type === 'DECIMAL') {
    const scale = element.scale ?? (logical?.type === 'DECIMAL' ? logical.scale : 0)
    return (raw) => decimalText(wholeNumber(raw), scale)
  }
  if (logical?.type === 'TIMESTAMP') {
    const { unit, isAdjustedToUTC } = logical
    return (raw) => timestampText(wholeNumber(raw), unit, isAdjustedToUTC) ?? outOfRange
  }
  if (logical?.type === 'TIME') return (raw) => timeText(wholeNumber(raw), logical.unit)
  const unit = oldUnits[old ?? '']
  if (unit !== undefined && old?.startsWith('TIMESTAMP') === true)
    return (raw) => timestampText(wholeNumber(raw), unit, true) ?? outOfRange
  if (unit !== undefined) return (raw) => timeText(wholeNumber(raw), unit)
  if (old === 'DATE' || logical?.type === 'DATE') return (raw) => dateText(wholeNumber(raw)) ?? outOfRange
  if (old === 'INTERVAL') return (raw) => durationText(raw as Uint8Array)
  if (old === 'JSON' || logical?.type === 'JSON') return jsonValue
  if (old === 'BSON' || logical?.type === 'BSON') return () => new ValueFault('BSON is not read')
  if (type === 'INT96') return (raw) => timestampText(int96Nanoseconds(raw as bigint), 'NANOS', false)
  if (type === 'FLOAT') return (raw) => shortest(raw as number, Math.fround, 9)
  if (logical?.type === 'FLOAT16') return (raw) => shortest(halfFloat(raw as Uint8Array), toHalf, 5)
  return undefined
}

const oldUnits: Readonly<Record<string, TimeUnit>> = {
  TIME_MILLIS: 'MILLIS',
  TIME_MICROS: 'MICROS',
  TIMESTAMP_MILLIS: 'MILLIS',
  TIMESTAMP_MICROS: 'MICROS',
}

const outOfRange = new ValueFault('a date or time is too far away to be written')
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Text of bytes that are marked as text; a fault where they are not UTF-8, which a replacement character would hide. */
export function strictText(bytes: Uint8Array | undefined): string | ValueFault | undefined {
  if (bytes === undefined) return undefined
  try {
    return strictDecoder.decode(bytes)
  } catch {
    return new ValueFault('its bytes are not UTF-8')
  }
}

function jsonValue(raw: unknown): unknown {
  const text = strictText(raw as Uint8Array)
  if (typeof text !== 'string') return text
  try {
    return parseExactJson(text, 'texts')
  } catch (error) {
    return new ValueFault(`its JSON cannot be read (${(error as Error).message.replace(/\s+/g, ' ')})`)
  }
}

/** Bytes hold it big-endian in two's complement, of any length. */
function wholeNumber(raw: unknown): bigint {
  if (!(raw instanceof Uint8Array)) return BigInt(raw as number | bigint)
  if (raw.length === 0) return 0n
  return BigInt.asIntN(raw.length * 8, BigInt(`0x${Buffer.from(raw).toString('hex')}`))
}

/** The digits as the file holds them: as many behind the point as the scale says, trailing zeros too. */
function decimalText(unscaled: bigint, scale: number): string {
  const sign = unscaled < 0n ? '-' : ''
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString()
  if (scale < 0) return `${sign}${digits}${unscaled === 0n ? '' : '0'.repeat(-scale)}`
  if (scale === 0) return `${sign}${digits}`
  const padded = digits.padStart(scale + 1, '0')
  return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`
}

/** The number of fewest digits that the shorter float means: 0.1 and not 0.10000000149011612. */
function shortest(value: number, narrow: (value: number) => number, digits: number): number {
  for (let count = 1; count < digits; count += 1) {
    const candidate = Number(value.toPrecision(count))
    if (narrow(candidate) === value) return candidate
  }
  return Number.isFinite(value) ? Number(value.toPrecision(digits)) : value
}

function halfFloat(bytes: Uint8Array): number {
  const bits = bytes[0]! | (bytes[1]! << 8)
  const sign = bits >> 15 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * 2 ** -24 * fraction
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN
  return sign * 2 ** (exponent - 15) * (1 + fraction / 1024)
}

/** Rounds to eleven significant bits, which is what a float of 16 bits holds. */
function toHalf(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value
  const step = 2 ** (Math.max(Math.floor(Math.log2(Math.abs(value))), -14) - 10)
  return Math.round(value / step) * step
}

/** Nanoseconds since 1970 of a time of 96 bits: a Julian day above the nanoseconds of the day. */
function int96Nanoseconds(raw: bigint): bigint {
  return ((raw >> 64n) - 2_440_588n) * 86_400_000_000_000n + (raw & 0xffff_ffff_ffff_ffffn)
}
