import { createHash } from 'node:crypto'
import { commit, createRepo, downloadFile, listFiles, uploadFiles } from '@huggingface/hub'
import { expect, test } from 'vitest'
import { startHub } from '../support/hub/start.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('files go up and come back, small and large, and the object store never sees the token', async () => {
  await using folder = await temporaryFolder()
  await using hub = await startHub({ folder: folder.path })
  const at = { repo: 'datasets/demo-org/pairs' as const, hubUrl: hub.url, accessToken: hub.token }
  const parquet = Buffer.from('PAR1'.repeat(1000))
  const { id, repoUrl } = await createRepo(at)
  expect(repoUrl).toBe(`${hub.url}/datasets/demo-org/pairs`)
  expect(id).toMatch(/^[0-9a-f]{24}$/)
  await uploadFiles({
    ...at,
    useXet: false,
    files: [
      { path: 'README.md', content: new Blob(['---\nlicense: mit\n---\n']) },
      { path: 'data/train-00000-of-00001.parquet', content: new Blob([parquet]) },
    ],
  })
  const rows = await Array.fromAsync(listFiles({ ...at, recursive: true }))
  expect(rows.map(({ path, type }) => `${type} ${path}`)).toEqual([
    'file .gitattributes',
    'file README.md',
    'directory data',
    'file data/train-00000-of-00001.parquet',
  ])
  expect(rows[3]!.lfs?.oid).toBe(createHash('sha256').update(parquet).digest('hex'))
  const back = await downloadFile({ ...at, path: 'data/train-00000-of-00001.parquet' })
  expect(Buffer.from(await back!.arrayBuffer()).equals(parquet)).toBe(true)
  expect(await (await downloadFile({ ...at, path: 'README.md' }))!.text()).toBe('---\nlicense: mit\n---\n')
  expect(await downloadFile({ ...at, path: 'missing.txt' })).toBe(null)

  const stale = hub.repo('demo-org/pairs')!.commits.keys().next().value!
  await expect(
    commit({
      ...at,
      title: 'late',
      parentCommit: stale,
      operations: [{ operation: 'delete', path: 'README.md' }],
    }),
  ).rejects.toMatchObject({ statusCode: 412 })

  const atObjects = hub.log.filter(({ origin }) => origin === 'objects')
  expect(atObjects.map(({ kind }) => kind)).toContain('put-object')
  expect(atObjects.some(({ authorization }) => authorization)).toBe(false)
})
