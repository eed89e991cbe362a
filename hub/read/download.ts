import { open, rename, rm, stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { RunError } from '../../schemas/errors.ts'
import { type HubCache, isSame } from './cache.ts'
import type { HubReader } from './reader.ts'
import { brokenOff, HubError } from '../client/error.ts'
import type { HubFile } from './repository.ts'

const mostFruitless = 5
/** An answer that brings less than this before it breaks off is as good as none. */
const leastProgress = 64 * 1024

/**
 * Loads a file whole into the cache, going on where an earlier try, also one that was killed, came to; a file that is
 * there and right is not loaded.
 *
 * @returns its path
 * @throws RunError when what came is not the file that the Hub lists
 */
export async function downloadFile(
  file: HubFile,
  context: { client: HubReader; cache: HubCache; addressOf: (file: HubFile) => string },
): Promise<string> {
  const path = await context.cache.wholePath(file)
  if (await isSame(file, path)) return path
  const part = `${path}.part`
  const begun = await sizeOf(part)
  await requireRoom(file, part, begun)
  const resumed = begun > 0
  await loadRest(file, part, context)
  if (!(await isSame(file, part))) {
    await rm(part, { force: true })
    // What was there before may have been damaged; what came in one piece was not.
    if (resumed) await loadRest(file, part, context)
    if (!resumed || !(await isSame(file, part))) {
      await rm(part, { force: true })
      throw new RunError(
        `${file.path} came with another content than the Hub lists for it; run the same command again`,
      )
    }
  }
  await rename(part, path)
  return path
}

async function loadRest(
  file: HubFile,
  part: string,
  { client, addressOf }: { client: HubReader; addressOf: (file: HubFile) => string },
): Promise<void> {
  if ((await sizeOf(part)) > file.size) await rm(part)
  let furthest = -1
  let fruitless = 0
  for (;;) {
    const have = await sizeOf(part)
    if (have === file.size && file.size > 0) return
    // A server that neither goes on in the middle nor comes to the end would be asked for ever.
    fruitless = have >= furthest + leastProgress ? 0 : fruitless + 1
    furthest = Math.max(furthest, have)
    if (fruitless === mostFruitless)
      throw brokenOff(new URL(addressOf(file)).host, 'every answer ended early')
    const headers: Record<string, string> = have > 0 ? { range: `bytes=${have}-` } : {}
    const read = (response: Response): Promise<'done' | 'broken'> =>
      append(response, part, have, file, client)
    // A body that breaks after some bytes is no failed try: the next request begins behind them.
    if ((await client.get(addressOf(file), read, headers)) === 'done') return
  }
}

async function append(
  response: Response,
  part: string,
  have: number,
  file: HubFile,
  client: HubReader,
): Promise<'done' | 'broken'> {
  const goesOn =
    response.status === 206 && (response.headers.get('content-range') ?? '').startsWith(`bytes ${have}-`)
  const handle = await open(part, goesOn ? 'a' : 'w')
  let length = goesOn ? have : 0
  const begun = length
  try {
    for await (const chunk of client.body(response)) {
      length += chunk.length
      if (length > file.size)
        throw new RunError(
          `more than the ${file.size} bytes of ${file.path} came; run the same command again`,
        )
      await handle.writeFile(chunk)
    }
  } catch (error) {
    if (!(error instanceof HubError) || length === begun) throw error
    return 'broken'
  } finally {
    await handle.close()
  }
  if (length === file.size) return 'done'
  if (length > begun) return 'broken'
  throw brokenOff(new URL(response.url || client.endpoint).host, 'the answer ended early')
}

/** What a Hub lists may be more than any disk holds. */
async function requireRoom({ path, size }: HubFile, part: string, have: number): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(part))
  if (size - have <= bavail * bsize) return
  throw new RunError(
    `${path} has ${gigabytes(size)} by the list of the Hub, and the disk has room for ${gigabytes(bavail * bsize)}; free some, or read another file`,
  )
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return 0
      throw error
    },
  )
}
