import { createReadStream } from 'node:fs'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { RunError, TwinstillError } from '../../schemas/errors.ts'
import type { InputFile } from './files.ts'

/**
 * The bytes of a file or of standard input, decompressed, a chunk at a time. Throws a RunError of one line when the file
 * cannot be read to its end.
 */
export async function* readBytes(file: InputFile, stdin: Readable): AsyncGenerator<Buffer> {
  const stream = openStream(file, stdin)
  try {
    let blank = 0
    for await (const chunk of stream) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Buffer)
      blank = isBlank(bytes) ? blank + bytes.length : 0
      if (blank > mostBlankBytes)
        throw new Error(`more than ${mostBlankBytes / 1e6} MB in a row are empty lines`)
      yield bytes
    }
  } catch (error) {
    throw unreadable(file, error)
  } finally {
    if (file.path !== '-') stream.destroy()
  }
}

/** A small compressed file can hold empty lines without end, and nobody would see anything of the reading. */
const mostBlankBytes = 4_000_000

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x0a || byte === 0x0d || byte === 0x20 || byte === 0x09 || byte === 0)
}

/** One line that names the file and the cause, and not a machine's path as Node's own messages do. */
export function unreadable(file: InputFile, error: unknown): Error {
  if (error instanceof TwinstillError) return error
  const { code, message } = error as NodeJS.ErrnoException
  const cause =
    code === 'EACCES' ? 'no permission' : (message.split('\n', 1)[0] ?? '').replaceAll(file.path, file.label)
  return new RunError(
    `${file.label}: cannot be read as ${kindOf(file)} (${cause}); mend or remove the file`,
    {
      cause: error,
    },
  )
}

function openStream(file: InputFile, stdin: Readable): Readable {
  if (file.path === '-') return stdin
  const raw = createReadStream(file.path, { highWaterMark: 256 * 1024 })
  if (file.compression === 'none') return raw
  const plain = file.compression === 'gzip' ? createGunzip() : createZstdDecompress()
  // A failure of either stream destroys the other and reaches the reader of `plain`, so there is nothing left to do here.
  pipeline(raw, plain, () => undefined)
  return plain
}

function kindOf({ format, compression }: InputFile): string {
  const plain = { jsonl: 'JSONL', csv: 'CSV', parquet: 'Parquet' }[format]
  return compression === 'none' ? plain : `${compression}-compressed ${plain}`
}
