import { copyFile, readFile, rename, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { knownDigest } from '../../store/files/known-digests.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** Longer than the time in which a file counts as just changed. */
const settled = 2100

async function twoFiles(folder: string): Promise<{
  files: string[]
  store: string
  digest: (which?: readonly string[]) => Promise<string>
  computed: () => number
}> {
  const files = [join(folder, 'a.jsonl'), join(folder, 'b.jsonl')]
  const store = join(folder, 'digests.json')
  for (const path of files) await writeFile(path, 'one\n')
  let computed = 0
  const digest = (which: readonly string[] = files): Promise<string> =>
    knownDigest(store, which, async () => {
      computed++
      return (await Promise.all(which.map((path) => readFile(path, 'utf8')))).join('|')
    })
  return { files, store, digest, computed: () => computed }
}

test('a digest is computed once as long as the files stay as they are', async () => {
  await using folder = await temporaryFolder()
  const { files, digest, computed } = await twoFiles(folder.path)
  await digest()
  await digest()
  expect(computed()).toBe(2)
  await sleep(settled)
  const first = await digest()
  expect(await digest()).toBe(first)
  expect(await digest([files[0]!])).toBe('one\n')
  expect(await digest()).toBe(first)
  expect(computed()).toBe(4)
})

test('a file that was edited, replaced, or changed and given its old time back is read again', async () => {
  await using folder = await temporaryFolder()
  const { files, digest } = await twoFiles(folder.path)
  await sleep(settled)
  expect(await digest()).toBe('one\n|one\n')
  const past = new Date(1_700_000_000_000)
  const changes: [() => Promise<void>, string][] = [
    [() => writeFile(files[0]!, 'two\n'), 'two\n|one\n'],
    [
      async () => {
        await utimes(files[1]!, past, past)
        await writeFile(files[1]!, 'six\n')
        await utimes(files[1]!, past, past)
      },
      'two\n|six\n',
    ],
    [
      async () => {
        await copyFile(files[0]!, join(folder.path, 'c'))
        await rename(join(folder.path, 'c'), files[1]!)
      },
      'two\n|two\n',
    ],
  ]
  for (const [change, wanted] of changes) {
    await change()
    expect(await digest()).toBe(wanted)
    await sleep(settled)
    expect(await digest()).toBe(wanted)
  }
})

test('a store that is damaged, torn or gone costs a second reading', async () => {
  await using folder = await temporaryFolder()
  const { store, digest, computed } = await twoFiles(folder.path)
  await sleep(settled)
  const wanted = await digest()
  const text = await readFile(store, 'utf8')
  for (const harm of [text.replace('one', 'two'), text.slice(0, -9), '', 'null\n', '[{"files":"x"}]\n']) {
    const before = computed()
    await writeFile(store, harm)
    expect(await digest()).toBe(wanted)
    expect(computed()).toBe(before + 1)
  }
  const before = computed()
  expect(await Promise.all([digest(), digest(), digest()])).toEqual([wanted, wanted, wanted])
  expect(computed()).toBe(before)
})
