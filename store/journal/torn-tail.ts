import { open, type FileHandle } from 'node:fs/promises'
import { attemptFolders, filesOfAttempt } from './attempt-files.ts'
import { writableByOthers } from './shard-claims.ts'
import { isWhole, LineDamage, openLine } from './line.ts'

const chunkBytes = 1024 * 1024
const newline = Buffer.from('\n')

/**
 * Cuts off the torn last line that a kill or a power cut can leave in each file of a shard. The tail of a file that is being
 * written looks torn too, so attempts that another process may still write to are left alone: what counts of them is said
 * by whoever took over their shard.
 *
 * A tail that is a whole line but for its line feed is kept. One that is no beginning of a line is none that a kill leaves:
 * it gets a line feed, so that it is read, and named, as a damaged line.
 *
 * @returns the bytes removed
 */
export async function repairTornTails(shardFolder: string): Promise<number> {
  let removed = 0
  const isWritable = await writableByOthers(shardFolder)
  for (const attempt of await attemptFolders(shardFolder)) {
    if (isWritable(attempt)) continue
    for (const file of await filesOfAttempt(attempt)) removed += await repairTail(file)
  }
  return removed
}

/** Bytes of the whole lines of a file. */
export async function wholeBytes(file: string): Promise<number> {
  const handle = await open(file, 'r')
  try {
    return (await lastLine(handle)).end
  } finally {
    await handle.close()
  }
}

async function repairTail(file: string): Promise<number> {
  const handle = await open(file, 'r+')
  try {
    const { tail, end } = await lastLine(handle)
    if (tail.length === 0) return 0
    if (isLine(tail)) await handle.write(newline, 0, 1, end + tail.length)
    // Its line feed itself was damaged.
    else if (isLine(tail.subarray(0, -1))) await handle.write(newline, 0, 1, end + tail.length - 1)
    else if (!isBeginning(tail)) await handle.write(newline, 0, 1, end + tail.length)
    else {
      await handle.truncate(end)
      return tail.length
    }
    await handle.sync()
    return 0
  } finally {
    await handle.close()
  }
}

function isLine(bytes: Buffer): boolean {
  if (isWhole(bytes)) return true
  if (bytes.at(-1) !== 0x7d) return false
  try {
    return !openLine(bytes).sealed
  } catch (error) {
    if (error instanceof LineDamage) return false
    throw error
  }
}

/** Whether bytes can be the first of a line: a line is text, and begins as every line does. */
function isBeginning(bytes: Buffer): boolean {
  const start = '{"type":"'
  const begun = bytes.toString('latin1', 0, start.length)
  return start.startsWith(begun) && !bytes.includes(0)
}

/** What stands after the last line feed of a file, and where it begins. */
async function lastLine(handle: FileHandle): Promise<{ tail: Buffer; end: number }> {
  const { size } = await handle.stat()
  const buffer = Buffer.alloc(chunkBytes)
  let end = 0
  for (let before = size; before > 0 && end === 0;) {
    const start = Math.max(0, before - chunkBytes)
    await handle.read(buffer, 0, before - start, start)
    const last = buffer.subarray(0, before - start).lastIndexOf(newline)
    if (last !== -1) end = start + last + 1
    before = start
  }
  const tail = Buffer.alloc(size - end)
  await handle.read(tail, 0, tail.length, end)
  return { tail, end }
}
