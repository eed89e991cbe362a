import { Readable } from 'node:stream'
import { type CsvError, type Options, parse } from 'csv-parse'
import { RunError } from '../../schemas/errors.ts'
import { readBytes } from './bytes.ts'
import type { Encoding } from '../problems-section.ts'
import { foundDelimiter } from './delimiter.ts'
import { asUtf8, foundEncoding } from './encoding.ts'
import type { InputFile } from './files.ts'
import type { ReadOptions } from './read-options.ts'
import { longestLine } from './jsonl.ts'
import { quoted } from '../../schemas/quoted.ts'
import type { BadRow, RawRow } from '../rows.ts'

/**
 * The records of a CSV file, or of a tab-separated one named `.tsv`, with the names of its first line; every value is
 * text. What separates the values is found unless it is stated. The position is the line on which a record starts. A line
 * that says what separates the values (`sep=;`), as Excel reads it, and records of nothing but empty values are passed over.
 * A record with more or fewer values than names is a bad row.
 * Throws a RunError for a header without distinct names and for quotes that leave open where records end: rows after such
 * a place would be read wrongly or lost unseen.
 */
export async function* readCsv(
  file: InputFile,
  stdin: Readable,
  options: ReadOptions = {},
): AsyncGenerator<RawRow | BadRow> {
  const source = checkedUtf8(asUtf8(readBytes(file, stdin), file, await encodingOf(file, options)), file)
  const { delimiter, chunks, skipped } = await withDelimiter(source, file, options)
  const parser = parse({ ...parserOptions, raw: true, info: true, delimiter })
  const bytes = Readable.from(chunks, { objectMode: false })
  bytes.on('error', (error) => parser.destroy(error))
  bytes.pipe(parser)
  let names: string[] | undefined
  let line = 1 + skipped
  try {
    for await (const { record, raw } of parser as AsyncIterable<CsvRecord>) {
      const start = line + breaks(/^[\r\n]*/.exec(raw)?.[0] ?? '')
      line += breaks(raw)
      if (names === undefined) names = headerOf(record, file)
      else if (record.some((value) => value.trim() !== '')) yield readRecord(record, names, start, file)
    }
  } catch (error) {
    throw csvError(error, file)
  } finally {
    bytes.destroy()
  }
}

const parserOptions = {
  bom: true,
  relax_column_count: true,
  skip_empty_lines: true,
  // All of them, in whatever order they come: the parser would take the first one that it meets for the only one.
  record_delimiter: ['\r\n', '\n', '\r'],
  max_record_size: longestLine,
} satisfies Options

async function encodingOf(file: InputFile, { encoding, warn }: ReadOptions): Promise<Encoding | undefined> {
  if (encoding !== undefined || file.path === '-' || file.compression !== 'none') return encoding
  if ((await foundEncoding(file.path)) !== 'cp1252') return encoding
  warn?.(
    `${file.label} is not UTF-8 and is read as cp1252, as spreadsheets of Western Europe save it; if letters are wrong in the mapped rows, state problems.encoding`,
  )
  return 'cp1252'
}

/** Bytes by which the delimiter is found. */
const sampleBytes = 256 * 1024

async function withDelimiter(
  source: AsyncGenerator<Buffer>,
  file: InputFile,
  options: ReadOptions,
): Promise<{ delimiter: string; chunks: AsyncGenerator<Buffer>; skipped: number }> {
  const held: Buffer[] = []
  let size = 0
  let isWhole = false
  while (size < sampleBytes && !isWhole) {
    const next = await source.next()
    if (next.done === true) isWhole = true
    else {
      held.push(next.value)
      size += next.value.length
    }
  }
  const text = Buffer.concat(held).toString('utf8')
  const [saying = '', said] = /^\uFEFF?"?sep=([^\r\n])"?(?:\r\n|\r|\n)/iu.exec(text) ?? []
  async function* all(): AsyncGenerator<Buffer> {
    yield Buffer.concat(held).subarray(Buffer.byteLength(saying))
    yield* source
  }
  const usual = /\.tsv(?:\.gz|\.zst)?$/i.test(file.path) ? '\t' : undefined
  const stated = options.delimiter ?? said ?? usual
  const delimiter = stated ?? foundDelimiter(text, isWhole, parserOptions)
  return { delimiter, chunks: all(), skipped: saying === '' ? 0 : 1 }
}

/** The parser would put a replacement character in the place of what is not UTF-8, and nobody would know. */
async function* checkedUtf8(chunks: AsyncIterable<Buffer>, file: InputFile): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const chunk of chunks) {
      decoder.decode(chunk, { stream: true })
      yield chunk
    }
    decoder.decode()
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new RunError(
      `${file.label}: is not UTF-8; state its encoding in problems.encoding (cp1252, latin-1, utf-16le, …), or save it as UTF-8`,
      {
        cause: error,
      },
    )
  }
}

/** `raw` begins with the empty lines that were passed over; of a final line feed after a carriage return it has neither. */
type CsvRecord = { record: string[]; raw: string }

/** The parser's own line numbers count a CRLF inside quotes twice. */
function breaks(raw: string): number {
  return raw.match(/\r\n|\r|\n/g)?.length ?? 0
}

function headerOf(record: string[], file: InputFile): string[] {
  const names = record.map((name) => name.trim().normalize())
  const known = new Set<string>()
  const wrong = names.find((name) => name === '' || known.size === known.add(name).size)
  if (wrong === undefined) return names
  const came = wrong === '' ? 'an empty name' : `${quoted(wrong)} twice`
  throw new RunError(
    `${file.label}:1: the first line must name every column once, got ${came}; add or mend the header`,
  )
}

function readRecord(record: string[], names: string[], number: number, file: InputFile): RawRow | BadRow {
  const position = `${file.label}:${number}`
  if (record.length !== names.length) {
    const message = `the record has ${record.length} values and the header ${names.length} names; quote values that hold the delimiter or a line break`
    return { position, reason: 'bad_row', message }
  }
  const row = Object.fromEntries(names.map((name, index) => [name, record[index]]))
  return { row, position, file: file.name, number }
}

function csvError(error: unknown, file: InputFile): unknown {
  const { code, message } = error as CsvError
  if (typeof code !== 'string' || !/^(?:CSV_|INVALID_OPENING_QUOTE)/.test(code)) return error
  const cause = message.replace(/\s+/g, ' ')
  return new RunError(
    `${file.label}: cannot be read as CSV (${cause}); put values with quotes in quotes and write each inner quote twice`,
    { cause: error },
  )
}
