import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { removeLeftovers } from '../../store/run/run-folder.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('what a kill left half written is removed wherever the run keeps files, and nothing else', async () => {
  await using folder = await temporaryFolder()
  const whole = [
    'run.json',
    'traces/part-00000.parquet',
    'sets/filter-set/merged.bin',
    'flips/part-00000.json',
    'imports/reasoning.json',
    'journal/generate/00000/20260101T000000-00000000/0001.jsonl',
    'problems/.keep.tmp',
  ]
  const halves = whole.map(
    (path) => `${dirname(path)}/.${path.split('/').at(-1)}.01234567-89ab-cdef-0123-456789abcdef.tmp`,
  )
  // Another process that starts meanwhile tries the file system and claims, before it knows that this one is at work.
  const ofOthers = [
    '.check.01234567-0000-0000-0000-000000000000.tmp',
    'leases/books/.000002.01234567-0000-0000-0000-000000000000.tmp',
  ]
  for (const path of [...whole, ...halves, ...ofOthers]) {
    await mkdir(dirname(join(folder.path, path)), { recursive: true })
    await writeFile(join(folder.path, path), 'x')
  }
  await removeLeftovers(folder.path)
  const left = await readdir(folder.path, { recursive: true, withFileTypes: true })
  expect(left.filter((entry) => entry.isFile()).map(({ name }) => name)).toHaveLength(
    whole.length + ofOthers.length,
  )
  expect(left.filter(({ name }) => name.includes('89ab'))).toEqual([])
})
