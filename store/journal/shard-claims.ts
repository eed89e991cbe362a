import { basename, dirname, join } from 'node:path'
import { attemptOf, cutsIn, openAttempts, type Cuts } from '../leases/cuts.ts'
import { holderOf } from '../leases/slot.ts'
import { openSlotFiles } from '../leases/slot-files.ts'
import { workerProcess } from '../leases/workers.ts'

/** What is asked shard by shard, under the claim of the shard. */
export const askedOfShards: readonly string[] = ['generate', 'judge']

/** Which run, log and kind of question a shard's journal belongs to. */
function placeOf(shardFolder: string): { runFolder: string; log: string; asked: string } {
  const kind = dirname(shardFolder)
  return { runFolder: dirname(dirname(kind)), log: basename(shardFolder), asked: basename(kind) }
}

/**
 * How much counts of the files of attempts that were taken from a worker which may still be there: what it had written when
 * its shard was taken over. Anything later was paid for and is no answer, or parts that are there could not be made again.
 *
 * @returns a function that gives the bytes of a file that count, without end where nobody has cut it
 */
export async function cutsOfJournal(shardFolder: string): Promise<(file: string) => number> {
  const { runFolder, log, asked } = placeOf(shardFolder)
  const cuts: Cuts = askedOfShards.includes(asked) ? cutsIn(await openSlotFiles(runFolder).read(log)) : {}
  return (file) => {
    const attempt = basename(dirname(file))
    const files = attemptOf(cuts, attempt)
    return files === undefined ? Infinity : (files[join(asked, attempt, basename(file))] ?? 0)
  }
}

/** Finds the attempts at a shard that a process other than this one may still write to: frozen ones, or ones of other machines. */
export async function writableByOthers(shardFolder: string): Promise<(attemptFolder: string) => boolean> {
  const { runFolder, log, asked } = placeOf(shardFolder)
  if (!askedOfShards.includes(asked)) return () => false
  const slots = await openSlotFiles(runFolder).read(log)
  const writable: Record<string, unknown> = { ...cutsIn(slots) }
  for (const attempt of openAttempts(slots)) writable[attempt] = true
  const holder = holderOf(slots)
  if (holder !== undefined && holder !== 'unknown') {
    const found = await workerProcess(runFolder, holder.worker)
    if (found === 'other') writable[holder.attempt] = true
  }
  return (attemptFolder) => attemptOf(writable, basename(attemptFolder)) !== undefined
}
