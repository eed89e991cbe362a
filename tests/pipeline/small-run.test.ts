import { createHash } from 'node:crypto'
import { cp, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { UsageError } from '../../schemas/errors.ts'
import { openThreads, openWithoutThreads, type ThreadJob } from '../../pipeline/engine/threads.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { contextOf, makeShard } from './set-stage/made-run.ts'

const entry = new URL('set-stage/thread.ts', import.meta.url)
const ways = {
  'in threads': (abandon: AbortSignal) => openThreads(entry, 1, abandon),
  'without threads': (abandon: AbortSignal) =>
    openWithoutThreads(entry, abandon, openThreads(entry, 1, abandon)),
}

test('a part that is made without threads has the bytes of one that a thread made', async () => {
  await using folder = await temporaryFolder()
  const runs = Object.keys(ways).map((name) => join(folder.path, name))
  await mkdir(runs[0]!)
  await makeShard(runs[0]!, 0, ['add two numbers', 'add three numbers', 'name a colour'])
  await cp(runs[0]!, runs[1]!, { recursive: true })
  const made = []
  for (const [index, open] of Object.values(ways).entries()) {
    const threads = open(new AbortController().signal)
    const job = jobIn(runs[index]!)
    await threads.run({ ...job, step: 'summarise' })
    await threads.run({ ...job, step: 'merge', given: new Map([[0, 'of the shards']]) })
    await threads.run({ ...job, step: 'part' })
    await threads.close()
    made.push(await digestsIn(runs[index]!))
  }
  expect(Object.keys(made[0]!).length).toBeGreaterThan(3)
  expect(made[1]).toEqual(made[0])
})

test.each(Object.entries(ways))('%s: what fails, and what is abandoned, rejects', async (_name, open) => {
  await using folder = await temporaryFolder()
  await makeShard(folder.path, 0, ['add two numbers'])
  const abandon = new AbortController()
  const threads = open(abandon.signal)
  await expect(threads.run({ ...jobIn(folder.path), step: 'part' })).rejects.toThrow('is gone')
  abandon.abort(new UsageError('enough'))
  await expect(threads.run({ ...jobIn(folder.path), step: 'summarise' })).rejects.toThrow('enough')
  await threads.close()
})

test('a run folder of few texts but long ones is left to threads', async () => {
  await using folder = await temporaryFolder()
  await makeShard(folder.path, 0, ['add two numbers'])
  const job: ThreadJob = { ...jobIn(folder.path), step: 'summarise' }
  const threads = { run: () => Promise.resolve('in a thread'), close: () => Promise.resolve() }
  const withoutThreads = openWithoutThreads(entry, new AbortController().signal, threads)
  expect(await withoutThreads.run(job)).toBe(undefined)
  await writeFile(join(folder.path, 'long'), '')
  await truncate(join(folder.path, 'long'), 40_000_000)
  expect(await withoutThreads.run(job)).toBe('in a thread')
})

function jobIn(folder: string): Omit<ThreadJob, 'step'> {
  return {
    stage: 'first-words',
    shard: 0,
    fingerprint: 'of the shards',
    reads: { problems: 'problems' },
    context: contextOf(folder),
  }
}

async function digestsIn(folder: string): Promise<Record<string, string>> {
  await rm(join(folder, 'steps'))
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name))
  const digests = files.map(async (file) => [
    file.slice(folder.length),
    createHash('sha256')
      .update(await readFile(file))
      .digest('hex'),
  ])
  return Object.fromEntries((await Promise.all(digests)) as [string, string][])
}
