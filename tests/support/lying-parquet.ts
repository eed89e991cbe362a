import type { ColumnMetaData, FileMetaData } from 'hyparquet'
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js'
import { levels, type MadeFile } from './made-parquet.ts'

/** A lie in a Parquet file; `isHarmless` where the rows can be read all the same. */
export type ParquetLie = { name: string; lie: (file: MadeFile) => void; isHarmless: boolean }

const names = ['problem', 'answer', 'note', 'n', 'tags'] as const
type Name = (typeof names)[number]
const big = 2n ** 62n

const footer =
  (change: (metadata: FileMetaData) => void) =>
  (file: MadeFile): void => {
    file.footer = change
  }
const chunk = (name: Name, change: (meta: ColumnMetaData) => void) =>
  footer(({ row_groups: [group] }) => change(group!.columns[names.indexOf(name)]!.meta_data!))
type Pages = MadeFile['columns'][number]['pages']
const pages =
  (name: Name, change: (pages: Pages) => void) =>
  (file: MadeFile): void =>
    change(file.columns[names.indexOf(name)]!.pages)
const page = (name: Name, change: (page: Pages[number]) => void) =>
  pages(name, (each) => change(each.at(-1)!))
const content = (name: Name, bytes: Buffer, more?: (header: Pages[number]['header']) => void) =>
  page(name, (each) => {
    each.bytes = bytes
    each.header.uncompressed_page_size = bytes.length
    each.header.compressed_page_size = bytes.length
    more?.(each.header)
  })
const schema =
  (change: (elements: MadeFile['schema']) => void) =>
  (file: MadeFile): void =>
    void (file.lieInSchema = change)
const bytes =
  (change: (whole: Buffer) => Buffer) =>
  (file: MadeFile): void => {
    file.bytes = change
  }
/** Puts other bytes in the place of the footer. */
const thrift = (made: Buffer) =>
  bytes((whole) => {
    const length = Buffer.alloc(4)
    length.writeUInt32LE(made.length)
    const start = whole.length - 8 - whole.readUInt32LE(whole.length - 8)
    return Buffer.concat([whole.subarray(0, start), made, length, Buffer.from('PAR1')])
  })
const stated = (size: number) =>
  bytes((whole) => {
    whole.writeUInt32LE(size, whole.length - 8)
    return whole
  })
const varint = (value: number): Buffer => {
  const writer = new ByteWriter()
  writer.appendVarInt(value)
  return Buffer.from(writer.getBytes())
}
const runs = (...parts: (number | Buffer)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : part)))
const sized = (levelBytes: Buffer): Buffer => {
  const size = Buffer.alloc(4)
  size.writeUInt32LE(levelBytes.length)
  return Buffer.concat([size, levelBytes])
}
const text = (length: number, value: string): Buffer => {
  const size = Buffer.alloc(4)
  size.writeUInt32LE(length)
  return Buffer.concat([size, Buffer.from(value)])
}

const rows: [string, (file: MadeFile) => void, 'harmless'?][] = [
  ['the footer counts 10^18 rows', footer((data) => (data.num_rows = 10n ** 18n))],
  ['the footer counts -1 rows', footer((data) => (data.num_rows = -1n))],
  ['the footer counts a row less than there is', footer((data) => (data.num_rows = 3n))],
  [
    'footer, row group and chunks agree on 10^8 rows',
    footer((data) => {
      data.num_rows = data.row_groups[0]!.num_rows = 10n ** 8n
      for (const { meta_data } of data.row_groups[0]!.columns) meta_data!.num_values = 10n ** 8n
    }),
  ],
  ['a row group counts -4 rows', footer((data) => (data.row_groups[0]!.num_rows = -4n))],
  [
    'two row groups, -4 and 8 rows',
    footer((data) => {
      const [group] = data.row_groups
      data.row_groups = [
        { ...group!, num_rows: -4n },
        { ...group!, num_rows: 8n },
      ]
    }),
  ],
  [
    '2,000 row groups that are one and the same',
    footer((data) => {
      data.row_groups = Array.from({ length: 2_000 }, () => data.row_groups[0]!)
      data.num_rows = 8_000n
    }),
  ],
  ['a row group lacks a column', footer((data) => void data.row_groups[0]!.columns.pop())],
  [
    'a row group has a column twice',
    footer((data) => void data.row_groups[0]!.columns.push(data.row_groups[0]!.columns[0]!)),
  ],
  [
    'the columns of a row group stand in another order',
    footer((data) => void data.row_groups[0]!.columns.reverse()),
  ],
  [
    'a chunk is in another file',
    footer((data) => (data.row_groups[0]!.columns[0]!.file_path = '/etc/passwd')),
    'harmless',
  ],
  ['a chunk says nothing of itself', footer((data) => delete data.row_groups[0]!.columns[0]!.meta_data)],
  ['a chunk counts 10^15 values', chunk('problem', (meta) => (meta.num_values = 10n ** 15n))],
  ['a chunk counts -1 values', chunk('problem', (meta) => (meta.num_values = -1n))],
  ['a list counts 10^15 values', chunk('tags', (meta) => (meta.num_values = 10n ** 15n)), 'harmless'],
  ['a list counts more values than its pages', chunk('tags', (meta) => (meta.num_values = 5n)), 'harmless'],
  [
    'a chunk begins behind the end of the file',
    chunk('problem', (meta) => (meta.data_page_offset = 10n ** 9n)),
  ],
  ['a chunk begins before the file', chunk('problem', (meta) => (meta.data_page_offset = -100n))],
  ['a chunk begins at 2^62', chunk('problem', (meta) => (meta.data_page_offset = big))],
  ['a chunk begins in the middle of a page', chunk('n', (meta) => (meta.data_page_offset += 7n))],
  ['a chunk has 3 GiB', chunk('problem', (meta) => (meta.total_compressed_size = 3n * 2n ** 30n))],
  ['a chunk has -1 bytes', chunk('problem', (meta) => (meta.total_compressed_size = -1n))],
  ['a chunk holds -1 bytes', chunk('problem', (meta) => (meta.total_uncompressed_size = -1n))],
  ['a chunk holds 2^62 bytes', chunk('problem', (meta) => (meta.total_uncompressed_size = big)), 'harmless'],
  ['a chunk ends within its page', chunk('problem', (meta) => (meta.total_compressed_size -= 3n))],
  [
    'the dictionary stands behind its pages',
    chunk('answer', (meta) => (meta.dictionary_page_offset! += 20n)),
  ],
  ['a chunk hides its dictionary', chunk('answer', (meta) => delete meta.dictionary_page_offset)],
  ['plain pages are said to be of Snappy', chunk('problem', (meta) => (meta.codec = 'SNAPPY'))],
  ['plain pages are said to be of Zstandard', chunk('problem', (meta) => (meta.codec = 'ZSTD'))],
  ['plain pages are said to be of gzip', chunk('problem', (meta) => (meta.codec = 'GZIP'))],
  ['plain pages are said to be of Brotli', chunk('problem', (meta) => (meta.codec = 'BROTLI'))],
  ['plain pages are said to be of LZ4', chunk('problem', (meta) => (meta.codec = 'LZ4_RAW'))],
  ['texts are said to be numbers', chunk('problem', (meta) => (meta.type = 'INT64'))],
  [
    'a chunk is of a column that is not there',
    chunk('problem', (meta) => (meta.path_in_schema = ['question'])),
  ],
  [
    'a page says that it has 2 GiB',
    page('problem', ({ header }) => (header.compressed_page_size = 2 ** 31 - 1)),
  ],
  [
    'a page says that it holds 2 GiB',
    page('problem', ({ header }) => (header.uncompressed_page_size = 2 ** 31 - 1)),
  ],
  ['a page has -1 bytes', page('problem', ({ header }) => (header.compressed_page_size = -1))],
  ['a page holds -1 bytes', page('problem', ({ header }) => (header.uncompressed_page_size = -1))],
  ['a page has no bytes', page('problem', ({ header }) => (header.compressed_page_size = 0))],
  ['a page counts -1 values', page('problem', ({ header }) => (header.data_page_header!.num_values = -1))],
  [
    'a page counts 2^31-1 values',
    page('problem', ({ header }) => (header.data_page_header!.num_values = 2 ** 31 - 1)),
  ],
  ['a page counts a value less', page('problem', ({ header }) => (header.data_page_header!.num_values = 3))],
  [
    'a page of the second kind counts -1 nulls',
    page('n', ({ header }) => (header.data_page_header_v2!.num_nulls = -1)),
  ],
  [
    'levels of 2^31-1 bytes',
    page('n', ({ header }) => (header.data_page_header_v2!.definition_levels_byte_length = 2 ** 31 - 1)),
  ],
  [
    'levels of -1 bytes',
    page('n', ({ header }) => (header.data_page_header_v2!.repetition_levels_byte_length = -1)),
  ],
  ['a text of 4 GiB', content('problem', Buffer.concat([text(2 ** 32 - 1, 'q'), Buffer.alloc(20)]))],
  ['a page without any page', pages('problem', (each) => void each.splice(0))],
  ['a page of an index in the place of data', page('problem', ({ header }) => (header.type = 'INDEX_PAGE'))],
  ['a page without what belongs to it', page('problem', ({ header }) => delete header.data_page_header)],
  [
    'values encoded by differences that are plain',
    page('problem', ({ header }) => (header.data_page_header!.encoding = 'DELTA_BYTE_ARRAY')),
  ],
  [
    'numbers encoded by differences that are plain',
    page('n', ({ header }) => (header.data_page_header_v2!.encoding = 'DELTA_BINARY_PACKED')),
  ],
  [
    'differences of 2^31 values in a block',
    content(
      'n',
      runs(varint(2 ** 31 - 128), varint(1), varint(2 ** 31 - 1), 0),
      (header) => (header.data_page_header_v2!.encoding = 'DELTA_BINARY_PACKED'),
    ),
  ],
  ['an index of the dictionary that is out of range', content('answer', runs(8, 8, 255))],
  ['indices of 255 bits', content('answer', runs(255, 8, 255))],
  ['a run of 2^31 indices', content('answer', runs(1, varint(2 ** 31 - 2), 0))],
  ['runs of no length without end', content('answer', runs(1, Buffer.alloc(100_000)))],
  [
    'a dictionary of 2^31-1 values',
    pages('answer', ([dictionary]) => (dictionary!.header.dictionary_page_header!.num_values = 2 ** 31 - 1)),
  ],
  [
    'a dictionary of -1 values',
    pages('answer', ([dictionary]) => (dictionary!.header.dictionary_page_header!.num_values = -1)),
  ],
  ['no dictionary where indices are', pages('answer', (each) => void each.shift())],
  ['two dictionaries', pages('answer', (each) => void each.splice(1, 0, each[0]!)), 'harmless'],
  ['levels of a size beyond the page', content('note', runs(Buffer.from([255, 255, 255, 127]), 8, 1))],
  ['a level above what the schema has', content('note', Buffer.concat([sized(runs(8, 2)), text(1, 'a')]))],
  [
    'more values than rows by the levels',
    content('tags', Buffer.concat([levels(4, 1), levels(4, 3), text(1, 't')])),
  ],
  ['a run of 2^31 levels', content('note', sized(runs(varint(2 ** 32 - 2), 1)))],
  ['the root has a million children', schema(([root]) => (root!.num_children = 1_000_000))],
  ['the root has -1 children', schema(([root]) => (root!.num_children = -1))],
  ['a group is its own child', schema((elements) => (elements[6]!.num_children = 3))],
  ['a column has children', schema((elements) => (elements[1]!.num_children = 2))],
  [
    'groups nested 20,000 deep',
    schema((elements) => {
      elements.splice(
        1,
        0,
        ...Array.from({ length: 20_000 }, () => ({
          name: 'g',
          num_children: 1,
          repetition_type: 'OPTIONAL' as const,
        })),
      )
    }),
  ],
  ['two columns of one name', schema((elements) => (elements[2]!.name = 'problem'))],
  [
    'a column called __proto__',
    (file) => {
      file.schema[4]!.name = '__proto__'
      file.columns[3]!.path = ['__proto__']
    },
  ],
  ['no schema', schema((elements) => void elements.splice(0))],
  ['a footer of 4 GiB', stated(2 ** 32 - 1)],
  ['a footer of no bytes', stated(0)],
  [
    'a footer that begins before the file',
    bytes((whole) => (whole.writeUInt32LE(whole.length, whole.length - 8), whole)),
  ],
  ['a footer of structs within structs', thrift(Buffer.alloc(1_000_000, 0x1c))],
  ['a footer with a list of 2^31 structs', thrift(runs(0x29, 0xfc, varint(2 ** 31 - 1)))],
  ['a footer with a list of 2^31 flags', thrift(runs(0x29, 0xf1, varint(2 ** 31 - 1)))],
  ['a footer with a text of 2 GiB', thrift(runs(0x68, varint(2 ** 31 - 1), 1))],
  [
    'a footer with a number without end',
    thrift(Buffer.concat([Buffer.from([0x15]), Buffer.alloc(100_000, 0xff)])),
  ],
  ['a footer of noughts', thrift(Buffer.alloc(1000))],
  ['only the letters at both ends', bytes(() => Buffer.from('PAR1\0\0\0\0PAR1'))],
  ['an encrypted footer', bytes((whole) => (whole.write('PARE', whole.length - 4), whole))],
  ['a file of noughts', bytes((whole) => Buffer.alloc(whole.length))],
]

export const parquetLies: readonly ParquetLie[] = rows.map(([name, lie, harmless]) => ({
  name,
  lie,
  isHarmless: harmless === 'harmless',
}))
