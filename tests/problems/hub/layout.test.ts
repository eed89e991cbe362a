import { expect, test } from 'vitest'
import { readCard } from '../../../problems/hub/card.ts'
import { jsonLines, problemsParquet, madeProblems, pushDataset } from '../../support/hub-dataset.ts'
import { column, localHub, opened, rowsOf } from './opened.ts'

const repo = 'demo-org/sums'
const row = (problem: string): string => jsonLines([{ problem, answer: '1' }])

function card(head: string): string {
  return `---\n${head}\n---\n\n# Sums\n`
}

/** The problems that are read of a repository whose files each hold one row with the file's own path. */
async function read(
  paths: readonly string[],
  head: string | undefined,
  reference: { config?: string; split?: string } = {},
): Promise<unknown[]> {
  const hub = await localHub()
  const files = Object.fromEntries(paths.map((path) => [path, row(path)]))
  await pushDataset(hub, repo, { ...files, ...(head !== undefined && { 'README.md': card(head) }) })
  return column(await opened(hub, { repo, ...reference }), 'problem')
}

test.each<[string, string[], string | undefined, { config?: string; split?: string }, string[]]>([
  [
    'by a list of splits',
    ['a/x-1.jsonl', 'a/x-0.jsonl', 'a/y.jsonl', 'a/deep/x-2.jsonl'],
    'configs:\n- config_name: default\n  data_files:\n  - split: train\n    path: a/x-*\n  - split: test\n    path: [a/y.jsonl]',
    {},
    ['a/x-0.jsonl', 'a/x-1.jsonl'],
  ],
  [
    'by one path for all',
    ['one.jsonl', 'two.jsonl'],
    'configs:\n- config_name: first\n  data_files: one.jsonl\n- config_name: second\n  data_files: [two.jsonl]',
    { config: 'second' },
    ['two.jsonl'],
  ],
  [
    'by a mapping of splits and a folder',
    ['sub/train.jsonl', 'sub/deep/er/more.jsonl', 'train.jsonl'],
    'configs:\n- config_name: c\n  data_dir: ./sub/\n  data_files: {train: "**/*.jsonl"}',
    {},
    ['sub/deep/er/more.jsonl', 'sub/train.jsonl'],
  ],
  [
    'by a folder alone',
    ['sub/dev.jsonl', 'sub/train-1.jsonl', 'train.jsonl'],
    'configs:\n- config_name: c\n  data_dir: sub',
    { split: 'validation' },
    ['sub/dev.jsonl'],
  ],
  [
    'in which braces and parentheses stand for themselves',
    ['a{1,2}+(x)-0.jsonl', 'a1-0.jsonl', 'a2-0.jsonl'],
    'configs:\n- {config_name: c, data_files: "a{1,2}+(x)-*.jsonl"}',
    {},
    ['a{1,2}+(x)-0.jsonl'],
  ],
  [
    'of the default configuration',
    ['one.jsonl', 'two.jsonl'],
    'configs:\n- {config_name: default, data_files: one.jsonl}\n- {config_name: second, default: true, data_files: two.jsonl}',
    {},
    ['two.jsonl'],
  ],
])('files are those that the card names, %s', async (_name, paths, head, reference, expected) => {
  expect(await read(paths, head, reference)).toEqual(expected)
})

test.each<[string, string[], { split?: string }, string[]]>([
  [
    'shards under data/',
    [
      'data/train-00001-of-00002.jsonl',
      'data/train-00000-of-00002.jsonl',
      'data/extra_split-00000-of-00001.jsonl',
    ],
    { split: 'extra_split' },
    ['data/extra_split-00000-of-00001.jsonl'],
  ],
  ['words in folders', ['training/a.jsonl', 'eval/b.jsonl', 'c.jsonl'], { split: 'test' }, ['eval/b.jsonl']],
  ['words in names', ['my-dev.v2.jsonl', 'my-train.v2.jsonl'], {}, ['my-train.v2.jsonl']],
  [
    'nothing: all is train',
    ['b.jsonl', 'trains.jsonl', '.hidden/train.jsonl'],
    {},
    ['b.jsonl', 'trains.jsonl'],
  ],
])('without a card, splits are told by %s', async (_name, paths, reference, expected) => {
  expect(await read(paths, undefined, reference)).toEqual(expected)
})

test('Parquet wins over text of the same rows, and files about the data are no data', async () => {
  const hub = await localHub()
  await pushDataset(hub, repo, {
    'train.parquet': await problemsParquet(madeProblems(2)),
    'train.jsonl': row('the same'),
    'dataset_info.json': '{}',
    'README.md': card('license: apache-2.0'),
  })
  const dataset = await opened(hub, { repo })
  expect(dataset.files.map(({ path }) => path)).toEqual(['train.parquet'])
  expect(dataset).toMatchObject({ config: 'default', split: 'train', license: 'apache-2.0' })
})

test.each([
  ['license: [mit, apache-2.0]', 'mit, apache-2.0'],
  ['license: other\nlicense_name: our-terms', 'our-terms'],
  ['license: unknown', ''],
  ['pretty_name: Sums', ''],
])('the licence is that of the card: %s', async (head, license) => {
  const hub = await localHub()
  await pushDataset(hub, repo, { 'train.jsonl': row('a'), 'README.md': card(head) })
  expect((await opened(hub, { repo })).license).toBe(license)
})

test('a pattern that would stand for millions matches nothing, and a card of many megabytes is not read', async () => {
  const hub = await localHub()
  const endless = `configs: [{config_name: c, data_files: "${'{a,b}'.repeat(40)}"}]`
  await pushDataset(hub, repo, { 'train.jsonl': row('a'), 'README.md': card(endless) })
  await expect(opened(hub, { repo })).rejects.toThrow('the dataset demo-org/sums holds no files')
  await pushDataset(hub, repo, { 'README.md': card(`license: ${'x'.repeat(20_000_000)}`) })
  const dataset = await opened(hub, { repo })
  expect(dataset.notes).toEqual([
    'the card of demo-org/sums is not used: it is longer than 20 MB; its files are told by their names',
  ])
})

test.each([
  [
    'configs:\n- config_name: a\n  data_files: {train: 3}',
    'its head has `configs.0.data_files` in a form that is unknown',
  ],
])('a card that cannot be read is told and not used: %j', async (head, cause) => {
  const hub = await localHub()
  await pushDataset(hub, repo, { 'train.jsonl': row('a'), 'README.md': card(head) })
  const dataset = await opened(hub, { repo })
  expect(await column(dataset, 'problem')).toEqual(['a'])
  expect(dataset.notes).toEqual([
    `the card of demo-org/sums is not used: ${cause}; its files are told by their names`,
  ])
})

test.each([
  ['---\nlicense: [mit\n---\n', /^its head is not valid YAML \(.+\)$/],
  ['no head\n---\nlicense: mit\n---\n', { license: '', configs: [] }],
  ['\uFEFF---\r\nlicense: mit\r\n---', { license: 'mit', configs: [] }],
  ['---\nconfigs: 7\n---\n', 'its head has `configs` in a form that is unknown'],
  ['---\n\n---\n', { license: '', configs: [] }],
])('the head of a card is found and read: %j', (text, expected) => {
  const card = readCard(text)
  if (expected instanceof RegExp) expect(card).toMatch(expected)
  else expect(card).toEqual(expected)
})

test('the list of files comes in pages', async () => {
  const hub = await localHub({ pageSize: 2 })
  const paths = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}.jsonl`)
  await pushDataset(hub, repo, Object.fromEntries(paths.map((path) => [path, row(path)])))
  expect(await column(await opened(hub, { repo }), 'problem')).toEqual(paths)
})

test.each([
  ['files of another kind', { 'data/train.arrow': 'ARROW1', 'README.md': card('license: mit') }],
  ['a loading script', { 'sums.py': 'raise Exception', 'raw.jsonl': row('raw') }],
])("of %s, the Hub's own Parquet copy is read", async (_name, files) => {
  const hub = await localHub()
  await pushDataset(hub, repo, files)
  await pushDataset(
    hub,
    repo,
    {
      'easy/train/0000.parquet': await problemsParquet(madeProblems(2)),
      'easy/train/0001.parquet': await problemsParquet(madeProblems(2, 2)),
      'hard/partial-train/0000.parquet': await problemsParquet(madeProblems(1, 9)),
    },
    { branch: 'copy' },
  )
  const { branches } = hub.repo(repo)!
  branches.set('refs/convert/parquet', branches.get('copy')!)

  const easy = await opened(hub, { repo, config: 'easy' })
  expect(await column(easy, 'id')).toEqual(['p0', 'p1', 'p2', 'p3'])
  expect(easy.pins).toEqual({
    [`${repo}@main`]: branches.get('main'),
    [`${repo}@refs/convert/parquet`]: branches.get('copy'),
  })
  expect(easy.notes).toEqual([
    `the files of ${repo} are read from the Parquet copy that the Hub keeps of them (refs/convert/parquet)`,
  ])
  const hard = await opened(hub, { repo, config: 'hard' })
  expect(hard.notes.at(-1)).toBe(`the Hub's copy of ${repo} holds only the first part of the split train`)

  const asked = await opened(hub, { repo, config: 'easy', revision: 'refs/convert/parquet' })
  expect(await rowsOf(asked)).toHaveLength(4)
})

test('a commit that was settled stays, whatever becomes of the branch', async () => {
  const hub = await localHub()
  const commit = await pushDataset(hub, repo, { 'train.jsonl': row('old') })
  const { pins } = await opened(hub, { repo })
  expect(pins).toEqual({ [`${repo}@main`]: commit })
  await pushDataset(hub, repo, { 'train.jsonl': row('new') })
  expect(await column(await opened(hub, { repo }, { pins }), 'problem')).toEqual(['old'])
  expect(await column(await opened(hub, { repo }), 'problem')).toEqual(['new'])
})
