import PQueue from 'p-queue'
import { readPiece } from '../../store/files/read-pieces.ts'
import type { ByteRanges } from '../../store/parquet/read.ts'
import { RunError } from '../../schemas/errors.ts'
import type { HubCache } from './cache.ts'
import type { HubReader } from './reader.ts'
import { downloadFile } from './download.ts'
import { brokenOff } from '../client/error.ts'
import type { HubFile } from './repository.ts'

export type RangeContext = {
  client: HubReader
  cache: HubCache
  note: (text: string) => void
  /** Address of a file's content. */
  addressOf: (file: HubFile) => string
  /** Makes the line for a person of what went wrong. */
  explain: (error: unknown) => unknown
}

/** Blocks of this size at most are asked for, and so many at a time: what a broken connection or a kill can cost. */
const blockBytes = 8 * 1024 * 1024
const atATime = 4
/** Of one column in one row group, or of a footer. */
const mostAtOnce = 2 ** 30

/**
 * A file of the Hub as ranges of bytes. What is asked for is loaded once and kept; nothing is read ahead of it. A server
 * that does not know ranges is told to a person, and the file is loaded whole.
 */
export function openRanges(file: HubFile, context: RangeContext): ByteRanges {
  const queue = new PQueue({ concurrency: atATime })
  let whole: Promise<string> | undefined
  /** The last bytes, which every reader of Parquet asks for first: in a small file the columns are among them. */
  let tail: { start: number; bytes: Uint8Array } | undefined

  async function readBlock(start: number, end: number): Promise<Uint8Array> {
    if (whole === undefined) {
      const kept = await context.cache.load(file, start, end)
      if (kept !== undefined) return kept
      const loaded = await loadRange(file, start, end, context)
      if (loaded !== undefined) {
        await context.cache.store(file, start, loaded)
        return loaded
      }
    }
    whole ??= loadWhole(file, context)
    return readPiece(await whole, start, end)
  }

  return {
    byteLength: file.size,
    async slice(start, end = file.size) {
      if (tail !== undefined && start >= tail.start)
        return copied(tail.bytes.subarray(start - tail.start, end - tail.start))
      if (!(end - start <= mostAtOnce))
        throw new RunError(
          `${file.path} asks for ${end - start} bytes in one piece, more than are held at once; its footer may be damaged: read another file`,
        )
      const bytes = new Uint8Array(end - start)
      const blocks = []
      for (let from = start; from < end; from += blockBytes) blocks.push(from)
      const load = (from: number) => async (): Promise<void> => {
        bytes.set(await readBlock(from, Math.min(end, from + blockBytes)), from - start)
      }
      try {
        await queue.addAll(blocks.map(load))
      } catch (error) {
        // The reader of Parquet would take what it does not know for a damaged file.
        throw context.explain(error)
      }
      if (tail === undefined && end === file.size) tail = { start, bytes: new Uint8Array(copied(bytes)) }
      return bytes.buffer
    },
  }
}

/** `undefined` when the server sends the whole file instead. */
function loadRange(
  file: HubFile,
  start: number,
  end: number,
  { client, addressOf }: RangeContext,
): Promise<Uint8Array | undefined> {
  const read = async (response: Response): Promise<Uint8Array | undefined> => {
    const host = new URL(response.url || client.endpoint).host
    if (response.status === 200 && end - start < file.size) {
      await response.body?.cancel()
      return undefined
    }
    const range = response.headers.get('content-range') ?? ''
    if (
      response.status === 206 &&
      range.replace('*', String(file.size)) !== `bytes ${start}-${end - 1}/${file.size}`
    ) {
      await response.body?.cancel()
      throw new RunError(
        `${host} sent ${/^bytes [\d*]+-[\d*]+\/[\d*]+$/u.test(range) ? `the range "${range}"` : 'something else'} of ${file.path} where bytes ${start}-${end - 1}/${file.size} were asked for; run the same command again`,
      )
    }
    const bytes = new Uint8Array(end - start)
    let length = 0
    for await (const chunk of client.body(response)) {
      if (length + chunk.length > bytes.length) throw tooLong(host, file)
      bytes.set(chunk, length)
      length += chunk.length
    }
    if (length < bytes.length) throw brokenOff(host, 'the answer ended early')
    return bytes
  }
  return client.get(addressOf(file), read, { range: `bytes=${start}-${end - 1}` })
}

function tooLong(host: string, file: HubFile): RunError {
  return new RunError(`${host} sent more of ${file.path} than was asked for; run the same command again`)
}

function loadWhole(file: HubFile, context: RangeContext): Promise<string> {
  const megabytes = Math.ceil(file.size / 1e6)
  context.note(
    `the server ignores Range, so single columns cannot be read; ${file.path} is loaded whole (${megabytes} MB)`,
  )
  return downloadFile(file, context)
}

function copied(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}
