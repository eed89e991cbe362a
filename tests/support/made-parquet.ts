import type { FileMetaData, PageHeader, SchemaElement } from 'hyparquet'
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js'
import { writePageHeader } from 'hyparquet-writer/src/datapage.js'
import { writeMetadata } from 'hyparquet-writer/src/metadata.js'

type Page = { header: PageHeader; bytes: Buffer }
type MadeColumn = { path: string[]; pages: Page[] }

/** A Parquet file before its bytes are laid out: whoever lies in it changes what it likes. */
export type MadeFile = {
  schema: SchemaElement[]
  /** Changes the schema as it is stored; the pages and chunks are of the one before. */
  lieInSchema: (stored: SchemaElement[]) => void
  columns: MadeColumn[]
  /** Changes what the footer says, after it was made from the pages. */
  footer: (metadata: FileMetaData) => void
  /** Changes the finished bytes. */
  bytes: (whole: Buffer) => Buffer
}

const lengths = (texts: readonly string[]): Buffer =>
  Buffer.concat(
    texts.flatMap((text) => {
      const size = Buffer.alloc(4)
      size.writeUInt32LE(Buffer.byteLength(text))
      return [size, Buffer.from(text)]
    }),
  )

/** So many values of one level, as a run, behind the size that the first kind of page has there. */
export function levels(count: number, level: number): Buffer {
  const run = Buffer.from([count << 1, level])
  return Buffer.concat([Buffer.from([run.length, 0, 0, 0]), run])
}

function dataPage(bytes: Buffer, values: number, encoding: 'PLAIN' | 'RLE_DICTIONARY' = 'PLAIN'): Page {
  return {
    header: {
      type: 'DATA_PAGE',
      uncompressed_page_size: bytes.length,
      compressed_page_size: bytes.length,
      data_page_header: {
        num_values: values,
        encoding,
        definition_level_encoding: 'RLE',
        repetition_level_encoding: 'RLE',
      },
    },
    bytes,
  }
}

const leaf = (name: string, more: Partial<SchemaElement> = {}): SchemaElement => ({
  name,
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  repetition_type: 'REQUIRED',
  ...more,
})

/** A truthful file of four rows: `problem` is plain, `answer` has a dictionary, `note` is missing twice, `n` is of pages of the second kind, `tags` is a list. */
export function truthfulFile(): MadeFile {
  const dictionary = lengths(['one', 'two'])
  const numbers = Buffer.from(Int32Array.of(1, 2, 3, 4).buffer)
  return {
    schema: [
      { name: 'root', num_children: 5 },
      leaf('problem'),
      leaf('answer'),
      leaf('note', { repetition_type: 'OPTIONAL' }),
      { name: 'n', type: 'INT32', repetition_type: 'REQUIRED' },
      { name: 'tags', repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      leaf('element', { repetition_type: 'OPTIONAL' }),
    ],
    columns: [
      { path: ['problem'], pages: [dataPage(lengths(['q0', 'q1', 'q2', 'q3']), 4)] },
      {
        path: ['answer'],
        pages: [
          {
            header: {
              type: 'DICTIONARY_PAGE',
              uncompressed_page_size: dictionary.length,
              compressed_page_size: dictionary.length,
              dictionary_page_header: { num_values: 2, encoding: 'PLAIN' },
            },
            bytes: dictionary,
          },
          // One bit a value: 0, 1, 0, 1.
          dataPage(Buffer.from([1, 3, 0b1010]), 4, 'RLE_DICTIONARY'),
        ],
      },
      {
        path: ['note'],
        pages: [
          dataPage(
            Buffer.concat([Buffer.from([4, 0, 0, 0]), Buffer.from([4, 1, 4, 0]), lengths(['a', 'b'])]),
            4,
          ),
        ],
      },
      {
        path: ['n'],
        pages: [
          {
            header: {
              type: 'DATA_PAGE_V2',
              uncompressed_page_size: numbers.length,
              compressed_page_size: numbers.length,
              data_page_header_v2: {
                num_values: 4,
                num_nulls: 0,
                num_rows: 4,
                encoding: 'PLAIN',
                definition_levels_byte_length: 0,
                repetition_levels_byte_length: 0,
                is_compressed: false,
              },
            },
            bytes: numbers,
          },
        ],
      },
      {
        path: ['tags', 'list', 'element'],
        pages: [dataPage(Buffer.concat([levels(4, 0), levels(4, 3), lengths(['t', 't', 't', 't'])]), 4)],
      },
    ],
    lieInSchema: () => undefined,
    footer: () => undefined,
    bytes: (whole) => whole,
  }
}

export function bytesOf({ schema, lieInSchema, columns, footer, bytes }: MadeFile): Buffer {
  const writer = new ByteWriter()
  writer.appendBytes(Buffer.from('PAR1'))
  const chunks = columns.map(({ path, pages }) => {
    const start = writer.offset
    let first: number | undefined
    for (const page of pages) {
      if (page.header.type !== 'DICTIONARY_PAGE') first ??= writer.offset
      writePageHeader(writer, page.header)
      writer.appendBytes(page.bytes)
    }
    const size = BigInt(writer.offset - start)
    return {
      file_offset: BigInt(start),
      meta_data: {
        type: schema.find(({ name, type }) => name === path.at(-1) && type !== undefined)!.type!,
        encodings: ['PLAIN', 'RLE', 'RLE_DICTIONARY'] as ('PLAIN' | 'RLE' | 'RLE_DICTIONARY')[],
        path_in_schema: path,
        codec: 'UNCOMPRESSED' as const,
        num_values: 4n,
        total_uncompressed_size: size,
        total_compressed_size: size,
        data_page_offset: BigInt(first ?? start),
        ...(first !== start && { dictionary_page_offset: BigInt(start) }),
      },
    }
  })
  const metadata: FileMetaData = {
    version: 2,
    schema,
    num_rows: 4n,
    row_groups: [{ columns: chunks, total_byte_size: BigInt(writer.offset), num_rows: 4n }],
    metadata_length: 0,
    created_by: 'a liar',
  }
  footer(metadata)
  const stored = structuredClone(schema)
  lieInSchema(stored)
  // The writer wants to find its way in the schema before it writes it: it is told the truth once.
  let asked = 0
  Object.defineProperty(metadata, 'schema', { get: () => ((asked += 1) === 1 ? schema : stored) })
  writeMetadata(writer, metadata)
  writer.appendBytes(Buffer.from('PAR1'))
  return bytes(Buffer.from(writer.getBytes()))
}
