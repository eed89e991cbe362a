import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { runCli } from '../support/run-cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const start = (folder: string) =>
  runCli(['inspect', '--help'], { cwd: root, environment: { NODE_COMPILE_CACHE: folder } })

test('compiled code that is damaged, cut off, empty or of another file is compiled again', async () => {
  await using folder = await temporaryFolder()
  const first = await start(folder.path)
  expect(first).toMatchObject({ code: 0, stderr: '' })
  const kept = await keptFiles(folder.path)
  expect(kept.length).toBeGreaterThan(10)
  const contents = await Promise.all(kept.map((path) => readFile(path)))
  for (const [index, path] of kept.entries()) {
    const content = contents[index]!
    const half = content.length >> 1
    const broken = [
      Buffer.concat([
        content.subarray(0, half),
        Buffer.from([content[half]! ^ 255]),
        content.subarray(half + 1),
      ]),
      content.subarray(0, half),
      Buffer.alloc(0),
      contents[(index + 1) % contents.length]!,
    ]
    await writeFile(path, broken[index % broken.length]!)
  }
  expect(await start(folder.path)).toEqual(first)
})

test('several first starts at the same time do not disturb each other', async () => {
  await using folder = await temporaryFolder()
  const results = await Promise.all([1, 2, 3].map(() => start(folder.path)))
  for (const result of results) expect(result).toEqual(results[0])
  expect(await start(folder.path)).toEqual(results[0])
})

test('a folder that cannot be written only costs time', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'file')
  await writeFile(file, '')
  expect(await start(join(file, 'below'))).toMatchObject({ code: 0, stderr: '' })
})

async function keptFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}
