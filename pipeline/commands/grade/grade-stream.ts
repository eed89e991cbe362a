import { readJsonLines, type JsonLine } from '../../../problems/files/jsonl.ts'
import type { Graded } from './open-grader.ts'

/** Lines that go to the workers together. */
const windowLines = 256
/**
 * Windows, and bytes in them, that are read before the first of them is written: one slow answer does not hold up the
 * others.
 */
const mostOpen = { windows: 32, bytes: 32 * 1024 * 1024 }

export type GradeStream = {
  chunks: AsyncIterable<Buffer>
  grade: (lines: readonly JsonLine[]) => Promise<Graded[]>
  /** Settles when the results are on their way; holding it back holds back the reading. */
  write: (results: readonly Graded[]) => Promise<void>
  /** Called as soon as grading or writing fails, so that a reader that waits for input can be woken. */
  onFailure: (error: unknown) => void
}

/**
 * Grades a stream of JSON lines and writes the results in the same order. What has come in is graded without waiting
 * for more, so a program may write a line and wait for its result. Memory is bounded by the windows that are open.
 */
export async function gradeStream({ chunks, grade, write, onFailure }: GradeStream): Promise<void> {
  const open: { written: Promise<void>; bytes: number }[] = []
  let last = Promise.resolve()
  let window: JsonLine[] = []
  let bytes = 0
  let bytesOpen = 0

  async function flush(): Promise<void> {
    if (window.length === 0) return
    const before = last
    const results = grade(window)
    last = Promise.all([results, before]).then(([results]) => write(results))
    // The error is thrown where the window's turn comes; until then it must not count as unhandled.
    last.catch(onFailure)
    open.push({ written: last, bytes })
    bytesOpen += bytes
    window = []
    bytes = 0
    while (open.length >= mostOpen.windows || (bytesOpen > mostOpen.bytes && open.length > 0)) {
      const oldest = open.shift()!
      await oldest.written
      bytesOpen -= oldest.bytes
    }
  }

  async function* flushedChunks(): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      bytes += chunk.length
      yield chunk
      await flush()
    }
  }

  for await (const line of readJsonLines(flushedChunks())) {
    if (window.push(line) >= windowLines) await flush()
  }
  await flush()
  await last
}
