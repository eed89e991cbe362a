import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hubDataset } from '../../../output/push/dataset-files.ts'
import { writeSmallDataset } from '../../support/push-dataset.ts'
import { temporaryFolder } from '../temporary-folder.ts'

async function dataset(shards = 2): Promise<string> {
  const folder = join(await temporaryFolder(), 'dataset')
  await writeSmallDataset(folder, shards)
  return folder
}

function textOf(file: { content: { file: string } | { text: string } } | undefined): string {
  return file && 'text' in file.content ? file.content.text : ''
}

test('a small dataset keeps its paths and its manifest, and its card names the repository', async () => {
  const folder = await dataset()
  const { shards, rest, foldered } = await hubDataset(folder, 'org/name')
  expect({ foldered, paths: shards.map(({ path }) => path) }).toEqual({
    foldered: false,
    paths: ['reasoning', 'ift'].flatMap((config) =>
      [0, 1].map((shard) => `data/${config}/train-0000${shard}-of-00002.parquet`),
    ),
  })
  expect(textOf(rest.find(({ path }) => path === 'manifest.json'))).toBe(
    await readFile(join(folder, 'manifest.json'), 'utf8'),
  )
  const card = textOf(rest.find(({ path }) => path === 'README.md'))
  expect(card).toContain('load_dataset("org/name", "reasoning", split="train")')
  expect(card).toContain("FROM 'hf://datasets/org/name/data/reasoning/*.parquet'")
})

test('a large one goes into folders named after the content, which card and manifest name', async () => {
  const folder = await dataset(3)
  const first = await hubDataset(folder, 'org/name', 6)
  expect(first.foldered).toBe(true)
  const [, name = ''] =
    /^data\/reasoning\/([0-9a-f]{12})\/train-00000-of-00003\.parquet$/.exec(first.shards[0]!.path) ?? []
  expect(first.manifest.files.map(({ path }) => path)).toEqual(first.shards.map(({ path }) => path))
  const card = textOf(first.rest.find(({ path }) => path === 'README.md'))
  expect(card).toContain(`path: data/reasoning/${name}/train-*`)
  expect(card).toContain(`FROM 'hf://datasets/org/name/data/reasoning/${name}/*.parquet'`)
  await writeSmallDataset(folder, 3)
  expect((await hubDataset(folder, 'org/name', 6)).shards.map(({ path }) => path)).toEqual(
    first.shards.map(({ path }) => path),
  )
  await writeSmallDataset(folder, 3, 5)
  expect((await hubDataset(folder, 'org/name', 6)).shards[0]!.path).not.toContain(name)
})

test('further files are published with it, hidden ones are not', async () => {
  const folder = await dataset()
  await mkdir(join(folder, 'plots'))
  await writeFile(join(folder, 'plots', 'lengths.svg'), '<svg/>')
  await writeFile(join(folder, '.README.md.tmp'), 'half')
  const { rest } = await hubDataset(folder, 'org/name')
  expect(rest.map(({ path }) => path)).toEqual([
    'README.md',
    'croissant.json',
    'manifest.json',
    'plots/lengths.svg',
  ])
})

test.each([
  ['a name that readers do not find', 'half #1.txt', 'x', 'readers only find names of A-Z a-z 0-9 . _ - /'],
  ['an empty file', 'NOTICE', '', 'is empty, and readers of the Hub fail on empty files'],
])('%s is refused', async (_, name, content, message) => {
  const folder = await dataset()
  await writeFile(join(folder, name), content)
  await expect(hubDataset(folder, 'org/name')).rejects.toThrow(message)
})

test('a link is refused', async () => {
  const folder = await dataset()
  await symlink('/etc/hostname', join(folder, 'LICENSE'))
  await expect(hubDataset(folder, 'org/name')).rejects.toThrow('is not a plain file')
})

test.each([
  [
    'reads too much',
    'data/ift/train-*',
    'data/*/train-*',
    'reads 4 files as the configuration "ift", the manifest has 2',
  ],
  ['reads nothing', 'data/ift/train-*', 'data/ift/test-*', 'reads 0 files as the configuration "ift"'],
  ['has no block', '---\n', '', 'has no YAML block with `configs`'],
  [
    'lost a configuration',
    'config_name: ift',
    'config_name: other',
    'configuration "other", the manifest has 0',
  ],
])('a card that %s is refused', async (_, from, to, message) => {
  const folder = await dataset()
  const card = await readFile(join(folder, 'README.md'), 'utf8')
  await writeFile(join(folder, 'README.md'), card.replaceAll(from, to))
  await expect(hubDataset(folder, 'org/name')).rejects.toThrow(message)
})

test('card and Croissant file state what is known of the run, and name what is not', async () => {
  const folder = await dataset(3)
  const before = await readFile(join(folder, 'README.md'), 'utf8')
  const facts = { run: '`sums` 0123', commit: '`c0ffee`', begun: '2026-01-02', written: '2026-01-03' }
  const { rest, shards } = await hubDataset(folder, 'org/name', 6, { ...facts, url: 'http://hub/org/name' })
  const [card, croissant] = ['README.md', 'croissant.json'].map((name) =>
    textOf(rest.find(({ path }) => path === name)),
  )
  expect(before).toContain('| begun | stated when it is published |')
  expect(card).not.toContain('stated when it is published')
  for (const line of [
    'run | `sums` 0123',
    'commit | `c0ffee`',
    'written | 2026-01-03',
    'servers | not recorded',
  ])
    expect(card).toContain(`| ${line} |`)
  const document = JSON.parse(croissant!) as Record<string, unknown> & { distribution: { '@id': string }[] }
  expect(document).toMatchObject({
    url: 'http://hub/org/name',
    'prov:wasGeneratedBy': {
      identifier: 'sums 0123',
      softwareVersion: 'c0ffee',
      'prov:startedAtTime': '2026-01-02',
      'prov:endedAtTime': '2026-01-03',
    },
  })
  expect(document.distribution.map((one) => one['@id']).slice(0, shards.length)).toEqual(
    shards.map(({ path }) => path),
  )
})
