import { expect, test } from 'vitest'
import { treeOids } from '../../../simulators/hub/store/git.ts'
import { ask, filledHub, head, postCommit, repository, shardPath, smallCommit } from './filled-hub.ts'

const header = { key: 'header', value: { summary: 'A change', description: 'and why' } }

test('a commit is refused on a stale parent and on a body that is none, and then changes nothing', async () => {
  await using filled = await filledHub()
  const { hub } = filled
  const before = head(hub)
  const [stale] = hub.repo(repository)!.commits.keys()
  const file = smallCommit()[1]
  expect((await postCommit(hub, smallCommit('a', stale))).status).toBe(412)
  expect((await postCommit(hub, [file])).status).toBe(400)
  expect((await postCommit(hub, [header, header])).status).toBe(400)
  expect((await postCommit(hub, [header, file], 'missing')).status).toBe(404)
  expect((await postCommit(hub, [header, file], before)).status).toBe(400)
  for (const path of ['../up', '/root', 'a//b', '.git/config', 'a/./b']) {
    expect([path, (await postCommit(hub, smallCommit(path))).status]).toEqual([path, 400])
  }
  const broken = Buffer.from('---\nlicense: [\n---\n').toString('base64')
  const readme = { key: 'file', value: { path: 'README.md', content: broken, encoding: 'base64' } }
  expect((await postCommit(hub, [header, file, readme])).status).toBe(400)
  expect((await ask(hub, '/api/validate-yaml', { json: { content: '---\nlicense: [\n---\n' } })).status).toBe(
    400,
  )
  expect(head(hub)).toBe(before)
})

test('copies, deleted files and deleted folders are one commit', async () => {
  await using filled = await filledHub()
  const { hub } = filled
  const answer = await postCommit(hub, [
    header,
    { key: 'copyFile', value: { path: 'copy/shard.parquet', srcPath: shardPath } },
    { key: 'deletedFolder', value: { path: 'data' } },
    { key: 'deletedFile', value: { path: 'README.md' } },
  ])
  const { commitOid } = (await answer.json()) as { commitOid: string }
  const commit = hub.repo(repository)!.commits.get(commitOid)!
  expect(commit).toMatchObject({ title: 'A change', message: 'and why' })
  expect([...commit.files.keys()].sort()).toEqual(['.gitattributes', 'copy/shard.parquet'])
  expect((await postCommit(hub, [header, { key: 'deletedFolder', value: { path: 'data' } }])).status).toBe(
    404,
  )
})

test('of commits on one parent that come at once, one is made', async () => {
  await using filled = await filledHub()
  const { hub } = filled
  const parent = head(hub)
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, index) => postCommit(hub, smallCommit(`${index}.txt`, parent))),
  )
  expect(answers.map(({ status }) => status).sort((one, other) => one - other)).toEqual([
    200,
    ...Array<number>(7).fill(412),
  ])
  expect(hub.peak('commit')).toBeGreaterThan(1)
  expect(hub.repo(repository)!.commits.size).toBe(3)
})

test('trees have the ids that git gives them', () => {
  // Made with `git hash-object` and `git write-tree`; the names are such that sorting by plain name gives another tree.
  const empty = { oid: 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391' }
  const hello = { oid: 'ce013625030ba8dba906f756967f9e9ca394464a' }
  const files = new Map([
    ['a/b', hello],
    ['a-b', empty],
    ['a.b', hello],
    ['a0', empty],
    ['ä/ö/c', hello],
  ])
  const oids = treeOids(files)
  expect(oids.get('')).toBe('5be15df765bf7ffc66699c1c21c4752ba662d83e')
  expect(oids.get('ä/ö')).toBe('435927d2fe872add393f6b83553075ffeb232cba')
})
