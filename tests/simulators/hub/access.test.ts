import { createRepo, downloadFile, listFiles, repoExists } from '@huggingface/hub'
import { expect, test } from 'vitest'
import type { Token } from '../../../simulators/hub/options.ts'
import { address, ask, card, filledHub, head, push, repository } from './filled-hub.ts'

const owner: Token = { token: 'hf_owner', user: 'owner', role: 'write', organizations: ['demo-org'] }
const reader: Token = { token: 'hf_reader', user: 'owner', role: 'read', organizations: ['demo-org'] }
const stranger: Token = { token: 'hf_stranger', user: 'stranger', role: 'write' }
const tokens = [owner, reader, stranger]
const info = `/api/datasets/${repository}`
const readme = `/datasets/${repository}/resolve/main/README.md`

test('a public repository is open to all and written by members with a write token', async () => {
  await using filled = await filledHub({ tokens })
  const { hub } = filled
  for (const token of [null, 'hf_owner', 'hf_reader', 'hf_stranger']) {
    expect((await ask(hub, readme, { token })).status).toBe(200)
  }
  const before = head(hub)
  for (const { token } of [reader, stranger]) {
    await expect(push(address(hub, token), { 'a.txt': 'a' })).rejects.toMatchObject({ statusCode: 403 })
    await expect(createRepo({ ...address(hub, token), repo: 'datasets/demo-org/new' })).rejects.toMatchObject(
      {
        statusCode: 403,
      },
    )
  }
  await expect(push(address(hub, 'hf_unknown'), { 'a.txt': 'a' })).rejects.toMatchObject({ statusCode: 401 })
  expect(head(hub)).toBe(before)
  await createRepo({ ...address(hub, 'hf_stranger'), repo: 'datasets/stranger/own' })
})

test('who may read may propose, and only that', async () => {
  await using filled = await filledHub({ tokens })
  const { hub } = filled
  const files = { 'proposal.txt': 'text', 'proposal.parquet': 'rows' }
  const before = head(hub)
  const { pullRequestUrl } = await push(address(hub, 'hf_stranger'), files, { isPullRequest: true })
  expect(pullRequestUrl).toMatch(/discussions\/1$/)
  await push(address(hub, 'hf_stranger'), { 'more.txt': 'more' }, { branch: 'refs/pr/1' })
  expect(head(hub)).toBe(before)
  const merge = `${info}/discussions/1/merge`
  expect((await ask(hub, merge, { method: 'POST', token: 'hf_stranger' })).status).toBe(403)
  await expect(push(address(hub, 'hf_reader'), files, { isPullRequest: true })).rejects.toMatchObject({
    statusCode: 403,
  })
  expect((await ask(hub, merge, { method: 'POST' })).status).toBe(200)
  expect([...hub.repo(repository)!.commits.get(head(hub))!.files.keys()]).toEqual(
    expect.arrayContaining(['README.md', 'proposal.txt', 'proposal.parquet', 'more.txt']),
  )
  expect((await ask(hub, merge, { method: 'POST' })).status).toBe(400)
})

test('a pull request that changes what the branch has changed since is not merged', async () => {
  await using filled = await filledHub()
  const { hub, at } = filled
  await push(at, { 'README.md': '# Theirs\n' }, { isPullRequest: true })
  await push(at, { 'README.md': '# Ours\n' })
  const before = head(hub)
  const merge = await ask(hub, `${info}/discussions/1/merge`, { method: 'POST' })
  expect(merge.status).toBe(409)
  expect(await merge.json()).toEqual({ error: 'Both sides changed README.md' })
  expect(head(hub)).toBe(before)
})

test('a private repository is not there for others', async () => {
  await using filled = await filledHub({ tokens })
  const { hub } = filled
  expect((await ask(hub, `${info}/settings`, { method: 'PUT', json: { private: true } })).status).toBe(200)
  expect((await ask(hub, info, { token: 'hf_reader' })).status).toBe(200)
  for (const path of [info, `${info}/tree/main`, readme]) {
    const nobody = await ask(hub, path, { token: null })
    expect(nobody.status).toBe(401)
    const other = await ask(hub, path, { token: 'hf_stranger' })
    expect(other.status).toBe(404)
    expect(other.headers.get('x-error-code')).toBe('RepoNotFound')
    const unknown = await ask(hub, path, { token: 'hf_unknown' })
    expect(unknown.status).toBe(401)
    expect(unknown.headers.get('x-error-message')).toBe('Invalid credentials in Authorization header')
  }
  expect(await repoExists(address(hub, 'hf_stranger'))).toBe(false)
  expect(await repoExists(address(hub, 'hf_owner'))).toBe(true)
  expect(await (await ask(hub, '/api/datasets', { token: 'hf_stranger' })).json()).toEqual([])
})

test('a gated repository shows its list to all and its files to those it lets in', async () => {
  await using filled = await filledHub({ tokens })
  const { hub } = filled
  await ask(hub, `${info}/settings`, { method: 'PUT', json: { gated: 'manual' } })
  expect((await Array.fromAsync(listFiles(address(hub, 'hf_stranger')))).length).toBeGreaterThan(0)
  for (const [token, status] of [
    [null, 401],
    ['hf_stranger', 403],
  ] as const) {
    const refused = await ask(hub, readme, { token })
    expect(refused.status).toBe(status)
    expect(refused.headers.get('x-error-code')).toBe('GatedRepo')
  }
  hub.repo(repository)!.granted.push('stranger')
  expect(await (await ask(hub, readme, { token: 'hf_stranger' })).text()).toBe(card)
})

test('a renamed repository is found under its old name, for reading and for writing', async () => {
  await using filled = await filledHub()
  const { hub, at } = filled
  const json = { fromRepo: repository, toRepo: 'demo-org/renamed', type: 'dataset' }
  expect((await ask(hub, '/api/repos/move', { json })).status).toBe(200)
  const answer = await ask(hub, info)
  expect(answer.status).toBe(307)
  expect(answer.headers.get('location')).toBe(`${hub.url}/api/datasets/demo-org/renamed`)
  expect(await (await downloadFile({ ...at, path: 'README.md' }))!.text()).toBe(card)
  await push(at, { 'late.txt': 'late', 'late.parquet': 'late' })
  const renamed = { ...at, repo: 'datasets/demo-org/renamed' as const }
  expect(await (await downloadFile({ ...renamed, path: 'late.parquet' }))!.text()).toBe('late')
})

test('errors have a code, a message and a request id', async () => {
  await using filled = await filledHub()
  const { hub } = filled
  const cases = [
    ['/api/datasets/demo-org/missing', 404, 'RepoNotFound'],
    [`${info}/revision/missing`, 404, 'RevisionNotFound'],
    [`/datasets/${repository}/resolve/main/missing`, 404, 'EntryNotFound'],
    [`${info}/tree/main/missing`, 404, 'EntryNotFound'],
    ['/api/nothing', 404, null],
  ] as const
  for (const [path, status, code] of cases) {
    const answer = await ask(hub, path)
    expect([path, answer.status, answer.headers.get('x-error-code')]).toEqual([path, status, code])
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    const { error } = (await answer.json()) as { error: string }
    expect(answer.headers.get('x-error-message')).toBe(error)
  }
})
