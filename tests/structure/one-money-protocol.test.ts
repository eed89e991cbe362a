import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = new URL('../..', import.meta.url).pathname
const rooms = ['problems', 'teachers', 'verifiers', 'filters', 'output', 'hub', 'pipeline']

/** Where something stands in the product outside of `store/`, as paths from the root. */
async function filesWith(pattern: RegExp): Promise<string[]> {
  const found: string[] = []
  for (const room of rooms)
    for await (const path of glob(`${room}/**/*.ts`, { cwd: root }))
      if (pattern.test(await readFile(join(root, path), 'utf8'))) found.push(path)
  return found.sort()
}

test('nothing outside of store/ appends to a journal but askJournalled and its neighbour', async () => {
  // Whatever the writer is called there: nothing else in the product has a method of that name.
  expect(await filesWith(/\.append\b/)).toEqual(['pipeline/engine/ask-journalled.ts'])
})

test('no stage asks an endpoint but through askJournalled, or askReported around it', async () => {
  const asking = (await filesWith(/\.(?:ask|streamForm)\(/)).filter((path) =>
    path.startsWith('pipeline/stages/'),
  )
  expect(asking.length).toBeGreaterThan(2)
  expect(await filesWith(/\bask(?:Journalled|Reported)\(/)).toEqual([
    'pipeline/engine/ask-journalled.ts',
    'pipeline/engine/ask-reported.ts',
    ...asking,
  ])
})
