import type { Encoding } from 'hyparquet'
import { ByteWriter, type Writer } from 'hyparquet-writer'
import { writePageHeader } from 'hyparquet-writer/src/datapage.js'
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js'
import { writePlain } from 'hyparquet-writer/src/plain.js'
import type { PageData } from 'hyparquet-writer/src/types.js'
import { compressZstd } from '../file-writer.ts'

/** The levels of the values of a page, as a nested or nullable column has them; empty lists where it has none. */
type Levels = Pick<PageData, 'definitionLevels' | 'repetitionLevels' | 'maxDefinitionLevel'> & {
  maxRepetitionLevel: number
}

/** What a page holds beside its levels, by how many nulls are among its values. */
type Content = (nulls: number) => Uint8Array

/** A data page of the second version, as the library writes it. */
export function writePage(
  writer: Writer,
  { start, end }: { start: number; end: number },
  { repetitionLevels, maxRepetitionLevel, definitionLevels, maxDefinitionLevel }: Levels,
  encoding: Encoding,
  content: Content,
): { rows: number; uncompressed: number } {
  const pageStart = writer.offset
  const levels = new ByteWriter()
  const repetition = repetitionLevels.slice(start, end)
  const definition = definitionLevels.slice(start, end)
  const rows = maxRepetitionLevel > 0 ? countOf(repetition, (level) => level === 0) : end - start
  const nulls = countOf(definition, (level) => level < maxDefinitionLevel)
  const repetitionBytes = writeLevels(levels, repetition, maxRepetitionLevel)
  const definitionBytes = writeLevels(levels, definition, maxDefinitionLevel)
  const plain = content(nulls)
  const compressed = compressZstd(plain)
  writePageHeader(writer, {
    type: 'DATA_PAGE_V2',
    uncompressed_page_size: levels.offset + plain.length,
    compressed_page_size: levels.offset + compressed.length,
    data_page_header_v2: {
      num_values: end - start,
      num_nulls: nulls,
      num_rows: rows,
      encoding,
      definition_levels_byte_length: definitionBytes,
      repetition_levels_byte_length: repetitionBytes,
      is_compressed: true,
    },
  })
  const uncompressed = writer.offset - pageStart + levels.offset + plain.length
  writer.appendBytes(levels.getBytes())
  writer.appendBytes(compressed)
  return { rows, uncompressed }
}

function writeLevels(writer: Writer, levels: number[], most: number): number {
  return most === 0 ? 0 : writeRleBitPackedHybrid(writer, levels, 32 - Math.clz32(most))
}

function countOf(levels: readonly number[], isCounted: (level: number) => boolean): number {
  let count = 0
  for (const level of levels) if (isCounted(level)) count += 1
  return count
}

/** Places in a dictionary, or booleans; without nulls. */
export function encodeShort(values: unknown[], encoding: Encoding): Uint8Array {
  const page = new ByteWriter()
  if (encoding === 'PLAIN') writePlain(page, values, 'BOOLEAN', undefined)
  else if (encoding === 'RLE') {
    const runs = new ByteWriter()
    writeRleBitPackedHybrid(runs, values as number[], 1)
    page.appendUint32(runs.offset)
    page.appendBytes(runs.getBytes())
  } else {
    let most = 0
    for (const value of values as number[]) if (value > most) most = value
    const width = 32 - Math.clz32(most)
    page.appendUint8(width)
    writeRleBitPackedHybrid(page, values as number[], width)
  }
  return page.getBytes()
}
