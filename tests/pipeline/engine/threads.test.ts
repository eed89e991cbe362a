import { expect, onTestFinished, test } from 'vitest'
import { openThreads, type ThreadJob, type Threads } from '../../../pipeline/engine/threads.ts'

const entry = new URL('support/filling-thread.ts', import.meta.url)

function open(most: number): Threads {
  const threads = openThreads(entry, most, new AbortController().signal, { usual: 24, most: 72 })
  onTestFinished(() => threads.close())
  return threads
}

/** A job that needs so many megabytes. */
const job = (megabytes: number): ThreadJob => ({ stage: 'filter', shard: megabytes }) as ThreadJob

test('a job that needs more than a thread may hold is done again with more, and those behind it are done', async () => {
  const threads = open(1)
  const sizes = [1, 40, 2, 3, 41, 4]
  expect(await Promise.all(sizes.map((size) => threads.run(job(size))))).toEqual(sizes)
})

test('a job that needs still more ends the run in one line', async () => {
  await expect(open(2).run(job(200))).rejects.toThrow(
    /^filter of shard 200 needs more memory than the 72 MB of one thread: nothing that was bought is lost/u,
  )
})
