import { appendFile, glob, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ShakenRun } from './shaken-run.ts'

export type Draw = (below: number) => number

/** What may happen to a run with several workers; each does nothing where there is nothing to do it to. */
export type Fault = (shaken: ShakenRun, draw: Draw) => Promise<boolean>

/** A worker is killed and comes again. */
const killed: Fault = async (shaken, draw) => {
  const worker = await kill(shaken, draw)
  if (worker === undefined) return false
  shaken.workers[worker] = shaken.start(worker)
  return true
}

/** A worker is killed and nobody comes for it before the end. */
const lost: Fault = async (shaken, draw) => (await kill(shaken, draw)) !== undefined

/** A worker stands still for longer than its lease, and wakes. */
const frozen: Fault = async (shaken, draw) => freeze(shaken, draw, 3500)

/** A worker stands still for a moment. */
const paused: Fault = async (shaken, draw) => freeze(shaken, draw, 600)

/** Another process says that it is the same worker. */
const doubled: Fault = async (shaken, draw) => {
  if (shaken.workers.length > 3) return false
  shaken.workers.push(shaken.start(draw(2)))
  return true
}

/** A worker is asked to end, and again at once. */
const ended: Fault = async (shaken, draw) => {
  const worker = living(shaken, draw)
  if (worker === undefined) return false
  const { child, ended: end } = shaken.workers[worker]!
  child.kill('SIGTERM')
  await sleep(draw(400))
  child.kill('SIGTERM')
  await end
  return true
}

/** A process that was killed has left the beginning of a line in its journal. */
const torn: Fault = async (shaken, draw) => {
  const files = await found(shaken, 'journal/generate/*/start-*/*.jsonl')
  if (files.length === 0) return false
  await appendFile(files[draw(files.length)]!, '{"type":"answered","key":"')
  return true
}

/** A part or a shard of the dataset is harmed in a place, with its size as it was. */
const flipped: Fault = async (shaken, draw) => {
  const files = await found(shaken, '{traces,verdicts,pairs,dataset/*}/*.parquet')
  if (files.length === 0) return false
  const handle = await open(files[draw(files.length)]!, 'r+').catch(() => undefined)
  if (!handle) return false
  const { size } = await handle.stat()
  const at = draw(size)
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, at)
  await handle.write(Buffer.of(buffer[0]! ^ (1 << draw(8))), 0, 1, at)
  await handle.close()
  return true
}

/** A part is gone. */
const removed: Fault = async (shaken, draw) => {
  const files = await found(shaken, '{verdicts,decisions,pairs}/*.parquet')
  if (files.length === 0) return false
  await rm(files[draw(files.length)]!, { force: true })
  return true
}

/** While the workers are at it. */
export const meanwhile: Readonly<Record<string, Fault>> = { killed, lost, frozen, paused, doubled, ended }

/** When all of them have been killed: nothing writes then but a disk. */
export const onDisk: Readonly<Record<string, Fault>> = { torn, flipped, removed }

function living({ workers }: ShakenRun, draw: Draw): number | undefined {
  const there = [...workers.keys()].filter((index) => !workers[index]!.done)
  return there.length === 0 ? undefined : there[draw(there.length)]
}

async function kill(shaken: ShakenRun, draw: Draw): Promise<number | undefined> {
  const worker = living(shaken, draw)
  if (worker === undefined) return undefined
  const { child, ended: end } = shaken.workers[worker]!
  child.kill('SIGKILL')
  await end
  return worker
}

async function freeze(shaken: ShakenRun, draw: Draw, ms: number): Promise<boolean> {
  const worker = living(shaken, draw)
  if (worker === undefined) return false
  const { child } = shaken.workers[worker]!
  child.kill('SIGSTOP')
  await sleep(ms)
  child.kill('SIGCONT')
  return true
}

async function found({ run }: ShakenRun, pattern: string): Promise<string[]> {
  const files: string[] = []
  for await (const name of glob(pattern, { cwd: run })) files.push(join(run, name))
  return files.toSorted()
}
