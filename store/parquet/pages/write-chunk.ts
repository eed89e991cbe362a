import type { ColumnMetaData, DecodedArray, Encoding, SchemaElement } from 'hyparquet'
import { getMaxRepetitionLevel } from 'hyparquet/src/schema.js'
import type { ColumnSource, Writer } from 'hyparquet-writer'
import { BloomBuilder } from 'hyparquet-writer/src/bloom.js'
import { getPageBoundaries } from 'hyparquet-writer/src/column.js'
import { useDictionary, writeDictionaryPage } from 'hyparquet-writer/src/dictionary.js'
import { encodeNestedValues } from 'hyparquet-writer/src/dremel.js'
import type { ColumnEncoder, PageIndexes } from 'hyparquet-writer/src/types.js'
import { compressZstd } from '../file-writer.ts'
import { boundsOf } from './bounds.ts'
import { openCutter, type PageBounds } from './cutter.ts'
import type { Leaf } from './leaves.ts'
import { openPageIndexes } from './page-indexes.ts'
import { openPlainValues } from './plain-values.ts'
import { encodeShort, writePage } from './write-page.ts'

/** How a chunk is cut into pages: after about a megabyte, or where its content says so within these bounds. */
export type PageCuts = 'plain' | PageBounds

const plainPageBytes = 2 ** 20
const codec = { codec: 'ZSTD', compressors: { ZSTD: compressZstd } } as const

/**
 * Writes the values of one leaf in a row group, with the library's encodings and its choice among them. With plain cuts
 * the bytes are those that the library itself writes. Booleans and chunks with a dictionary are always cut plainly: they
 * are short, and the places in a dictionary depend on all rows before them.
 */
export function writeChunk(writer: Writer, leaf: Leaf, source: ColumnSource, cuts: PageCuts): PageIndexes {
  const { path, element } = leaf
  const type = element.type!
  const shredded = encodeNestedValues(path, source.data)
  const { values, repetitionLevels, maxDefinitionLevel } = shredded
  const levels = { ...shredded, maxRepetitionLevel: getMaxRepetitionLevel(path) }
  const isRequired = maxDefinitionLevel === 0
  const isDistinct = cuts !== 'plain' && isLongAndDistinct(values)
  const chosen = isDistinct ? 'PLAIN' : undefined
  const { dictionary, indexes } = useDictionary(values, type, undefined, chosen, undefined, isRequired)
  const encoding = encodingOf(element, values, dictionary)
  const isShort = dictionary !== undefined || type === 'BOOLEAN'
  const plain = isShort ? undefined : openPlainValues(type)
  const cutter = plain && cuts !== 'plain' ? openCutter(cuts) : undefined
  const written: DecodedArray = indexes ?? values
  const writtenType = indexes ? 'INT32' : type
  const boundaries = cutter
    ? []
    : getPageBoundaries(written, writtenType, undefined, plainPageBytes, repetitionLevels)
  const ends = new Set(boundaries.map(({ end }) => end))
  const pageIndexes = openPageIndexes(values, element, cuts !== 'plain' || source.columnIndex === true)

  const offset = writer.offset
  const encoder = { ...codec, columnName: element.name, element } as unknown as ColumnEncoder
  let size = dictionary ? writeDictionaryPage(writer, encoder, dictionary) : 0
  const dataOffset = writer.offset
  let [pages, row] = [0, 0]

  function endPage(start: number, end: number): void {
    const pageOffset = writer.offset
    const { rows, uncompressed } = writePage(writer, { start, end }, levels, encoding, (nulls) =>
      plain ? plain.take() : encodeShort(withoutNulls(written, start, end, nulls), encoding),
    )
    pageIndexes.add({ start, end, row, offset: pageOffset, bytes: writer.offset - pageOffset })
    cutter?.restart()
    size += uncompressed
    pages += 1
    row += rows
  }

  let start = 0
  for (let index = 0; index < values.length; index++) {
    const isRowStart = levels.maxRepetitionLevel === 0 || repetitionLevels[index] === 0
    if (index > start && isRowStart && (cutter ? cutter.isDue() : ends.has(index))) {
      endPage(start, index)
      start = index
    }
    const value: unknown = values[index]
    if (!plain || value === null || value === undefined) continue
    const from = plain.add(value)
    cutter?.add(plain.bytes(), from, plain.length())
  }
  if (start < values.length) endPage(start, values.length)

  const metadata: ColumnMetaData = {
    type,
    encodings: dictionary ? ['PLAIN', encoding] : [encoding],
    path_in_schema: path.slice(1).map((node) => node.element.name),
    codec: 'ZSTD',
    num_values: BigInt(values.length),
    total_compressed_size: BigInt(writer.offset - offset),
    total_uncompressed_size: BigInt(size),
    data_page_offset: BigInt(dataOffset),
    ...(dictionary && { dictionary_page_offset: BigInt(offset) }),
    ...(source.statistics !== false && {
      statistics: boundsOf(values, element),
      encoding_stats: [
        ...(dictionary ? [{ page_type: 'DICTIONARY_PAGE', encoding: 'PLAIN', count: 1 } as const] : []),
        { page_type: 'DATA_PAGE_V2', encoding, count: pages } as const,
      ],
    }),
  }
  const bloomFilter = source.bloomFilter ? bloomOf(values, element) : undefined
  return {
    chunk: { meta_data: metadata, file_offset: BigInt(offset) },
    ...pageIndexes.done(),
    ...(bloomFilter && { bloomFilter }),
  }
}

function encodingOf(
  { type }: SchemaElement,
  values: DecodedArray,
  dictionary: unknown[] | undefined,
): Encoding {
  if (dictionary) return 'RLE_DICTIONARY'
  return type === 'BOOLEAN' && values.length > 16 ? 'RLE' : 'PLAIN'
}

const samplePlaces = 8
const sampleRun = 16
const longText = 256

/**
 * Whether a look at a few texts shows that a dictionary would hold nearly all of them. The library finds out by hashing
 * most of a column, which for long texts costs as much as a tenth of their compression.
 */
function isLongAndDistinct(values: DecodedArray): boolean {
  const seen = new Set<string>()
  let [bytes, distinct, count] = [0, 0, 0]
  for (let place = 0; place < samplePlaces; place++) {
    const from = Math.floor((place * values.length) / samplePlaces)
    for (const value of values.slice(from, from + sampleRun) as unknown[]) {
      if (typeof value !== 'string') continue
      count += 1
      bytes += value.length
      if (!seen.has(value)) distinct += value.length
      seen.add(value)
    }
  }
  return count > sampleRun && bytes > longText * count && distinct > 0.9 * bytes
}

function withoutNulls(values: DecodedArray, start: number, end: number, nulls: number): unknown[] {
  const own = Array.from(values.slice(start, end) as ArrayLike<unknown>)
  return nulls === 0 ? own : own.filter((value) => value !== null && value !== undefined)
}

function bloomOf(values: DecodedArray, element: SchemaElement): Uint32Array | undefined {
  const builder = new BloomBuilder(element)
  for (const value of values as ArrayLike<unknown> & Iterable<unknown>) builder.insert(value)
  return builder.finalize()
}
