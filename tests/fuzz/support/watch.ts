import process from 'node:process'
import { Worker } from 'node:worker_threads'

/** A case that has not ended after so long never will, on any machine: the usual one takes milliseconds. */
const longestMs = 60_000
const mostBytes = 4_000_000

/** Place 0: when the case began, 0 between cases; 1: the length of its text, which stands behind. */
const shared = new SharedArrayBuffer(8 + 4 + mostBytes)
const text = new Uint8Array(shared, 12)
const began = new BigInt64Array(shared, 0, 1)
const length = new Int32Array(shared, 8, 1)
const encoder = new TextEncoder()

let watcher: Worker | undefined

/**
 * Runs one case. A parser that hangs blocks its thread, so that no timer of it rings: another thread prints the case and
 * ends the process.
 */
export async function watched(name: string, one: unknown, run: () => void | Promise<void>): Promise<void> {
  watcher ??= startWatcher()
  length[0] = encoder.encodeInto(`${name} ${JSON.stringify(one)}`, text).written
  Atomics.store(began, 0, BigInt(Date.now()))
  try {
    await run()
  } finally {
    Atomics.store(began, 0, 0n)
  }
}

function startWatcher(): Worker {
  const program = `
    const { workerData: { shared, longestMs } } = require('node:worker_threads')
    const began = new BigInt64Array(shared, 0, 1)
    setInterval(() => {
      const at = Number(Atomics.load(began, 0))
      if (at === 0 || Date.now() - at < longestMs) return
      const bytes = Buffer.from(shared, 12, new Int32Array(shared, 8, 1)[0])
      require('node:fs').writeSync(2, 'hangs: ' + bytes.toString() + '\\n')
      process.kill(${process.pid}, 'SIGKILL')
    }, 1000)`
  const worker = new Worker(program, { eval: true, workerData: { shared, longestMs } })
  worker.unref()
  return worker
}
