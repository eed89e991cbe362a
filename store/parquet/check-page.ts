import { crc32 } from 'node:zlib'
import type { ColumnMetaData, Compressors, PageHeader, SchemaTree } from 'hyparquet'
import { getMaxDefinitionLevel, getMaxRepetitionLevel } from 'hyparquet/src/schema.js'
import { checkRuns } from './check-runs.ts'
import { checkValues } from './check-values.ts'
import { decompressors } from './decompress.ts'

/** A page whose values are not compressed, and its header as it would be then. */
export type OpenPage = { header: PageHeader; bytes: Uint8Array }

/** A page may claim any size; no writer makes one that shrinks to less than a hundred-thousandth, or of a gigabyte. */
const largestRatio = 100_000
const largestPage = 2 ** 30
/** The library holds the values of a page in one array. */
const mostValues = 2 ** 24

/**
 * Opens the pages of one column chunk, in order. A decoder trusts what a page says of itself: one wrong bit can make it go
 * round for ever, fill all memory or give other values. So everything that it trusts is held against the bytes there are
 * and against the column before it decodes anything, and a page is decompressed only once, here.
 */
export function pageChecker(
  chunk: ColumnMetaData,
  schemaPath: SchemaTree[],
  compressors: Compressors = decompressors,
): (header: PageHeader, bytes: Uint8Array) => OpenPage {
  const element = schemaPath.at(-1)!.element
  const levels = {
    repetition: getMaxRepetitionLevel(schemaPath),
    definition: getMaxDefinitionLevel(schemaPath),
  }
  const total = Number(chunk.num_values)
  let values = 0
  let dictionary: number | undefined

  /** @returns the number of values that a page holds beside its nulls */
  const checkCounts = (count: unknown): number => {
    if (!isCount(count) || count > mostValues || count > total - values)
      throw new Error(`it counts ${String(count)} values where ${total - values} are due`)
    values += count
    return count
  }

  const checkV1 = (header: PageHeader, bytes: Uint8Array): OpenPage => {
    const data = header.data_page_header!
    const count = checkCounts(data.num_values)
    let at = 0
    const take = (top: number): number => {
      const length = at + 4 <= bytes.length ? viewOf(bytes).getUint32(at, true) : Infinity
      if (length > bytes.length - at - 4) throw new Error('its levels are longer than the page')
      at += 4 + length
      return checkLevels(bytes.subarray(at - length, at), count, top)
    }
    if (levels.repetition > 0) take(levels.repetition)
    const present = levels.definition > 0 ? take(levels.definition) : count
    checkValues(bytes.subarray(at), { encoding: data.encoding, count: present, element, dictionary })
    return { header: { ...header, compressed_page_size: bytes.length }, bytes }
  }

  const checkV2 = (header: PageHeader, bytes: Uint8Array): OpenPage => {
    const data = header.data_page_header_v2!
    const count = checkCounts(data.num_values)
    const { repetition_levels_byte_length: repetition, definition_levels_byte_length: definition } = data
    if (!isCount(repetition) || !isCount(definition) || repetition + definition > bytes.length)
      throw new Error('its levels are longer than the page')
    const start = repetition + definition
    if (levels.repetition > 0) checkLevels(bytes.subarray(0, repetition), count, levels.repetition)
    const present =
      levels.definition > 0 ? checkLevels(bytes.subarray(repetition, start), count, levels.definition) : count
    if (data.num_nulls !== count - present)
      throw new Error(`it counts ${data.num_nulls} nulls and has ${count - present}`)
    const stored = bytes.subarray(start)
    const size = header.uncompressed_page_size - start
    const plain = data.is_compressed === false ? stored : decompress(stored, size, chunk.codec, compressors)
    checkValues(plain, { encoding: data.encoding, count: present, element, dictionary })
    const whole = new Uint8Array(start + plain.length)
    whole.set(bytes.subarray(0, start))
    whole.set(plain, start)
    const open = { ...data, is_compressed: false }
    return {
      header: { ...header, compressed_page_size: whole.length, data_page_header_v2: open },
      bytes: whole,
    }
  }

  return (header, bytes) => {
    const { uncompressed_page_size: size } = header
    // Few writers state one, because it costs them time.
    if (header.crc !== undefined && crc32(bytes) !== header.crc >>> 0)
      throw new Error('the checksum of a page does not hold')
    if (!isCount(size) || size > largestPage || size > (bytes.length + 1024) * largestRatio)
      throw new Error(`a page of ${bytes.length} bytes says that it holds ${size}`)
    if (header.type === 'DATA_PAGE_V2' && header.data_page_header_v2) return checkV2(header, bytes)
    const plain = decompress(bytes, size, chunk.codec, compressors)
    if (header.type === 'DATA_PAGE' && header.data_page_header) return checkV1(header, plain)
    if (header.type === 'DICTIONARY_PAGE' && header.dictionary_page_header) {
      const count = header.dictionary_page_header.num_values
      if (!isCount(count) || count > mostValues) throw new Error(`its dictionary has ${count} values`)
      checkValues(plain, { encoding: 'PLAIN', count, element, dictionary: undefined })
      dictionary = count
      return { header: { ...header, compressed_page_size: plain.length }, bytes: plain }
    }
    throw new Error(`it has a page of the type ${header.type} without what belongs to it`)
  }
}

/** A copy of its own where nothing is decompressed: a decoder must not see what lies beside the page. */
function decompress(
  bytes: Uint8Array,
  size: number,
  codec: ColumnMetaData['codec'],
  compressors: Compressors,
): Uint8Array {
  const plain = codec === 'UNCOMPRESSED' ? bytes.slice() : compressors[codec]?.(bytes, size)
  if (plain === undefined) throw new Error(`its compression ${codec} is not known`)
  if (plain.length !== size) throw new Error(`a page has ${plain.length} bytes where its header says ${size}`)
  return plain
}

function checkLevels(bytes: Uint8Array, count: number, top: number): number {
  return checkRuns(bytes, { width: 32 - Math.clz32(top), count, top })
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
