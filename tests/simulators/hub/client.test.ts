import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  countCommits,
  createBranch,
  createRepo,
  datasetInfo,
  deleteBranch,
  deleteFiles,
  deleteRepo,
  downloadFile,
  fileExists,
  listCommits,
  listDatasets,
  listFiles,
  pathsInfo,
  repoExists,
  snapshotDownload,
  uploadFiles,
  whoAmI,
} from '@huggingface/hub'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import {
  address,
  card,
  emptyHub,
  filledHub,
  head,
  push,
  repository,
  sha256,
  shard,
  shardPath,
} from './filled-hub.ts'

test('a repository is made once, with the attributes that make Parquet files large', async () => {
  await using empty = await emptyHub()
  const at = address(empty.hub)
  expect(await repoExists(at)).toBe(false)
  const { id, repoUrl } = await createRepo({ ...at, license: 'mit' })
  expect(repoUrl).toBe(`${empty.hub.url}/datasets/${repository}`)
  expect(await repoExists(at)).toBe(true)
  await expect(createRepo(at)).rejects.toMatchObject({ statusCode: 409, data: { url: repoUrl, id } })
  expect(await (await downloadFile({ ...at, path: '.gitattributes' }))!.text()).toMatch(
    /^\*\.parquet filter=lfs/m,
  )
  expect(await (await downloadFile({ ...at, path: 'README.md' }))!.text()).toContain('license: mit')
  await deleteRepo(at)
  expect(await repoExists(at)).toBe(false)
})

test('files come back as they went up, whole and by range, and the object store never sees the token', async () => {
  await using filled = await filledHub()
  const { hub, at } = filled
  const back = (await downloadFile({ ...at, path: shardPath }))!
  expect(Buffer.from(await back.arrayBuffer()).equals(shard)).toBe(true)
  const middle = await back.slice(1000, 1010).arrayBuffer()
  expect(Buffer.from(middle).equals(shard.subarray(1000, 1010))).toBe(true)
  expect(await (await downloadFile({ ...at, path: 'README.md' }))!.text()).toBe(card)
  expect(await downloadFile({ ...at, path: 'missing.txt' })).toBe(null)
  expect(await fileExists({ ...at, path: 'README.md' })).toBe(true)
  expect(await fileExists({ ...at, path: 'missing.txt' })).toBe(false)

  const atObjects = hub.log.filter(({ origin }) => origin === 'objects')
  expect(new Set(atObjects.map(({ kind }) => kind))).toEqual(new Set(['put-object', 'get-object']))
  expect(atObjects.filter(({ authorization }) => authorization)).toEqual([])
  expect(new URL(hub.url).origin).not.toBe(new URL(hub.objectsUrl).origin)
})

test('a push is one preupload, one batch, one upload a large file and one commit', async () => {
  await using filled = await filledHub()
  const { hub, at } = filled
  const start = hub.log.length
  await push(at, { 'a.parquet': 'one', 'b.parquet': 'two', 'c.parquet': shard, 'c.txt': 'three' })
  const kinds = hub.log.slice(start).map(({ kind }) => kind)
  // The bytes of c.parquet are stored already, under another name.
  expect(kinds.sort()).toEqual(['commit', 'lfs-batch', 'preupload', 'put-object', 'put-object'])
})

test('a list comes in pages that follow each other', async () => {
  await using filled = await filledHub({ pageSize: 2 })
  const { hub, at } = filled
  await uploadFiles({
    ...at,
    useXet: false,
    files: Array.from({ length: 7 }, (_, index) => ({
      path: `deep/er/${index}.txt`,
      content: new Blob(['x']),
    })),
  })
  const rows = await Array.fromAsync(listFiles({ ...at, recursive: true, expand: true }))
  expect(rows.map(({ path }) => path)).toEqual([
    '.gitattributes',
    'README.md',
    'data',
    shardPath,
    'deep',
    'deep/er',
    ...Array.from({ length: 7 }, (_, index) => `deep/er/${index}.txt`),
  ])
  expect(hub.log.filter(({ kind }) => kind === 'tree').length).toBe(Math.ceil(rows.length / 2))
  expect(rows[3]!.lfs).toEqual({
    oid: sha256(shard),
    size: shard.length,
    pointerSize: expect.any(Number) as number,
  })
  expect(rows.map(({ lastCommit }) => lastCommit!.title)).toContain('initial commit')
  const top = await Array.fromAsync(listFiles({ ...at, path: 'deep' }))
  expect(top.map(({ type, path }) => [type, path])).toEqual([['directory', 'deep/er']])
})

test('what is asked about a dataset is what was pushed', async () => {
  await using filled = await filledHub()
  const { hub, at } = filled
  const info = await datasetInfo({
    ...at,
    name: repository,
    revision: 'main',
    additionalFields: ['sha', 'tags', 'cardData'],
  })
  expect(info).toMatchObject({
    name: repository,
    private: false,
    gated: false,
    sha: head(hub),
    cardData: { license: 'mit', tags: ['synthetic'] },
  })
  expect(info.tags).toContain('license:mit')
  const [row, ...rest] = await pathsInfo({ ...at, paths: [shardPath, 'missing'], expand: true })
  expect(row).toMatchObject({
    path: shardPath,
    size: shard.length,
    lastCommit: { id: head(hub), title: 'Add files' },
  })
  expect(rest).toEqual([])
  expect(await whoAmI(at)).toMatchObject({ name: 'local', auth: { accessToken: { role: 'write' } } })
  expect((await Array.fromAsync(listDatasets(at))).map(({ name }) => name)).toEqual([repository])
})

test('branches part from main and go away again', async () => {
  await using filled = await filledHub()
  const { hub, at } = filled
  const main = head(hub)
  await createBranch({ ...at, branch: 'draft/one' })
  await expect(createBranch({ ...at, branch: 'draft/one' })).rejects.toMatchObject({ statusCode: 409 })
  const { oid } = await push(at, { 'draft.txt': 'draft' }, { branch: 'draft/one' })
  expect(head(hub)).toBe(main)
  expect(await (await downloadFile({ ...at, path: 'draft.txt', revision: 'draft/one' }))!.text()).toBe(
    'draft',
  )
  expect(await (await downloadFile({ ...at, path: 'draft.txt', revision: oid }))!.text()).toBe('draft')
  expect(await downloadFile({ ...at, path: 'draft.txt' })).toBe(null)
  await deleteBranch({ ...at, branch: 'draft/one' })
  await expect(push(at, { 'draft.txt': 'again' }, { branch: 'draft/one' })).rejects.toMatchObject({
    statusCode: 404,
  })
  await createBranch({ ...at, branch: 'bare', empty: true })
  expect(await Array.fromAsync(listFiles({ ...at, revision: 'bare' }))).toEqual([])
})

test('a pull request holds its files beside main', async () => {
  await using filled = await filledHub()
  const { hub, at } = filled
  const main = head(hub)
  const { pullRequestUrl } = await push(
    at,
    { 'proposal.txt': 'text', 'p.parquet': 'rows' },
    { isPullRequest: true },
  )
  expect(pullRequestUrl).toBe(`${hub.url}/datasets/${repository}/discussions/1`)
  expect(head(hub)).toBe(main)
  const rows = await Array.fromAsync(listFiles({ ...at, revision: 'refs%2Fpr%2F1' }))
  expect(rows.map(({ path }) => path)).toContain('proposal.txt')
  expect(await (await downloadFile({ ...at, path: 'p.parquet', revision: 'refs/pr/1' }))!.text()).toBe('rows')
})

test('a snapshot is downloaded into a cache as it was pushed', async () => {
  await using filled = await filledHub()
  await using cache = await temporaryFolder()
  const { at } = filled
  const snapshot = await snapshotDownload({ ...at, cacheDir: cache.path })
  expect(await readFile(join(snapshot, 'README.md'), 'utf8')).toBe(card)
  expect((await readFile(join(snapshot, shardPath))).equals(shard)).toBe(true)
})

test('every commit is in the list, newest first', async () => {
  await using filled = await filledHub({ pageSize: 1 })
  const { hub, at } = filled
  const before = head(hub)
  await deleteFiles({ ...at, paths: [shardPath], commitTitle: 'Delete the shard' })
  const commits = await Array.fromAsync(listCommits(at))
  expect(commits.map(({ title }) => title)).toEqual(['Delete the shard', 'Add files', 'initial commit'])
  expect(new Set(commits.map(({ oid }) => oid)).size).toBe(3)
  expect(await countCommits({ ...at, revision: 'main' })).toBe(3)
  expect(await downloadFile({ ...at, path: shardPath })).toBe(null)
  expect((await downloadFile({ ...at, path: shardPath, revision: before }))!.size).toBe(shard.length)
  await expect(deleteFiles({ ...at, paths: [shardPath] })).rejects.toMatchObject({ statusCode: 404 })
})
