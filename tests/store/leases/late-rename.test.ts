import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { replaceFolder } from '../../../store/files/atomic.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

async function makeDataset(path: string, content: string): Promise<void> {
  await mkdir(path)
  await writeFile(join(path, 'README.md'), content)
}

test('a worker that freezes before it renames its dataset, and wakes when others have done that and published a later one, does not touch it', async () => {
  await using folder = await temporaryFolder()
  const dataset = join(folder.path, 'dataset')
  const [first, second] = [join(folder.path, '.first.tmp'), join(folder.path, '.second.tmp')]
  await makeDataset(first, 'of the frozen one')
  await replaceFolder(first, dataset)
  await makeDataset(second, 'a later one')
  await replaceFolder(second, dataset)
  const before = await stat(dataset)
  await expect(replaceFolder(first, dataset)).rejects.toThrow('ENOENT')
  expect(await readFile(join(dataset, 'README.md'), 'utf8')).toBe('a later one')
  // Renaming it away and back would change this, and a kill in between would leave no dataset.
  expect((await stat(dataset)).ctimeMs).toBe(before.ctimeMs)
})
