import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defaultToken } from '../../simulators/hub/options.ts'
import { startHub } from '../../simulators/hub/start.ts'
import type { Hub } from '../../simulators/hub/start.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { columnDigests } from './canonical.ts'
import type { ColumnDigests } from './canonical.ts'
import { sourceRows, writeMadeDataset } from './made-dataset.ts'
import { hasPython, runPythonBeside } from './python.ts'

type Seen = {
  push: { again: unknown; pushed: string; large_is_same: boolean; stale: unknown }
  edit: Record<'status' | 'before' | 'files' | 'other' | 'tag' | 'request' | 'commits' | 'branches', string[]>
  look: {
    who: string
    sha: string
    siblings: Record<string, number>
    hashes: Record<string, string>
    paths: [string, string, string][]
    exists: [boolean, boolean]
  }
  refused: Record<string, unknown>
  read: {
    configs: string[]
    default: string
    loaded: Record<string, ColumnDigests>
    streamed: Record<string, ColumnDigests>
  }
  by_datasets: unknown
  deleted: boolean
}

const configs = ['edge', 'ift', 'pairs', 'reasoning']

describe.skipIf(!hasPython)('the local Hub, for the Python clients', () => {
  const work = mkdtempSync(join(tmpdir(), 'twinstill-hub-'))
  const folder = join(work, 'made')
  let hub: Hub
  let seen: Seen

  beforeAll(async () => {
    mkdirSync(folder)
    await writeMadeDataset(folder)
    hub = await startHub({
      folder: join(work, 'hub'),
      tokens: [
        { token: defaultToken.token, user: 'local', role: 'write', organizations: ['demo-org'] },
        { token: `hf_${'k'.repeat(34)}`, user: 'keeper', role: 'write', organizations: ['other-org'] },
      ],
      regularLimit: 500_000,
      multipart: { from: 1_000_000, partSize: 300_000 },
      pageSize: 3,
    })
    await fetch(`${hub.url}/api/repos/create`, {
      method: 'POST',
      headers: { authorization: `Bearer hf_${'k'.repeat(34)}` },
      body: JSON.stringify({ name: 'gated', organization: 'other-org', type: 'dataset', license: 'mit' }),
    })
    hub.repo('other-org/gated')!.gated = 'manual'
    seen = (await runPythonBeside('hub_client.py', [folder, 'demo-org/made'], {
      HF_ENDPOINT: hub.url,
      HF_TOKEN: hub.token,
      HF_HOME: join(work, 'home'),
      HF_HUB_DISABLE_XET: '1',
      HF_HUB_DISABLE_TELEMETRY: '1',
      NO_PROXY: '127.0.0.1',
    })) as Seen
  })
  afterAll(async () => {
    await hub.close()
    rmSync(work, { recursive: true, force: true })
  })

  test('takes a folder and single files, small and in parts', () => {
    expect(seen.push.again).toEqual(['HfHubHTTPError', 409])
    expect(seen.push.large_is_same).toBe(true)
    expect(seen.push.stale).toEqual(['HfHubHTTPError', 412])
    expect(hub.log.filter(({ kind }) => kind === 'put-part').length).toBe(4)
    expect(hub.log.filter(({ kind, status }) => kind === 'lfs-verify' && status === 200)).not.toEqual([])
  })

  test('never lets the token reach the object store', () => {
    const atObjects = hub.log.filter(({ origin }) => origin === 'objects')
    expect(atObjects.length).toBeGreaterThan(10)
    expect(atObjects.filter(({ authorization }) => authorization)).toEqual([])
  })

  test('copies, deletes, branches, tags and proposes', () => {
    expect(seen.edit.before).toContain('notes/copy.txt')
    expect(seen.edit.before).not.toContain('notes/large.data')
    expect(seen.edit.other.filter((path) => path.startsWith('notes/'))).toEqual([])
    expect(seen.edit.tag).toEqual(seen.edit.before)
    expect(seen.edit.request).toEqual([...seen.edit.before, 'proposal.txt'].sort())
    expect(seen.edit.status).toEqual(['open', 'merged'])
    expect(seen.edit.files).toEqual(seen.edit.request)
    expect(seen.edit.branches).toEqual(['main', 'other'])
    expect(seen.edit.commits[0]).toMatch(/proposal\.txt.*\(#1\)$/)
    expect(seen.edit.commits[1]).toBe('Copy and delete')
    expect(seen.edit.commits.at(-1)).toBe('initial commit')
  })

  test('lists every file with its size and its hash', () => {
    expect(seen.look.who).toBe('local')
    expect(seen.look.exists).toEqual([true, false])
    expect(seen.look.sha).toBe(hub.repo('demo-org/made')!.branches.get('main'))
    expect(seen.look.paths).toEqual([
      ['RepoFile', 'README.md', 'The dataset'],
      ['RepoFolder', 'data', 'The dataset'],
    ])
    const shards = Object.entries(seen.look.hashes)
    expect(shards.length).toBeGreaterThan(configs.length)
    for (const [path, hash] of shards) {
      const content = readFileSync(join(folder, path))
      expect(hash).toBe(createHash('sha256').update(content).digest('hex'))
      expect(seen.look.siblings[path]).toBe(statSync(join(folder, path)).size)
    }
  })

  test('refuses in a way that the client tells apart', () => {
    expect(seen.refused['no_repository']).toEqual(['RepositoryNotFoundError', 404])
    expect(seen.refused['no_revision']).toEqual(['RevisionNotFoundError', 404])
    expect(seen.refused['no_entry']).toEqual(['RemoteEntryNotFoundError', 404])
    expect(seen.refused['no_token']).toEqual(['HfHubHTTPError', 401])
    expect(seen.refused['gated']).toEqual(['GatedRepoError', 403])
  })

  test('serves load_dataset by configuration, whole and streamed', async () => {
    expect(seen.read.configs).toEqual(configs)
    expect(seen.read.default).toBe('reasoning')
    for (const config of configs) {
      const source = await columnDigests(sourceRows(config))
      expect(seen.read.loaded[config]).toEqual(source)
      expect(seen.read.streamed[config]).toEqual(source)
    }
  })

  test('takes what push_to_hub writes, and deletes it', () => {
    expect(seen.by_datasets).toEqual([
      { id: 'a', n: 1 },
      { id: 'b', n: 2 },
    ])
    expect(seen.deleted).toBe(false)
  })
})

describe.skipIf(!hasPython)('the local Hub, for the Xet client of Python', () => {
  test('puts together what comes in chunks', async () => {
    await using folder = await temporaryFolder()
    const files: Record<string, Uint8Array> = {
      'text.parquet': Buffer.from('a text that repeats, '.repeat(50_000)),
      'noise.parquet': randomBytes(700_000),
      'numbers.parquet': Buffer.from(
        Float32Array.from({ length: 150_000 }, (_, index) => Math.sqrt(index)).buffer,
      ),
    }
    mkdirSync(join(folder.path, 'files'))
    for (const [path, content] of Object.entries(files)) {
      writeFileSync(join(folder.path, 'files', path), content)
    }
    await using hub = await startHub({ folder: join(folder.path, 'hub'), xet: true })
    const back = await runPythonBeside('hub_xet.py', [join(folder.path, 'files'), 'demo-org/chunks'], {
      HF_ENDPOINT: hub.url,
      HF_TOKEN: hub.token,
      HF_HOME: join(folder.path, 'home'),
      HF_HUB_DISABLE_TELEMETRY: '1',
      NO_PROXY: '127.0.0.1',
    })
    for (const [path, content] of Object.entries(files)) {
      expect(back).toHaveProperty([path], createHash('sha256').update(content).digest('hex'))
    }
    const kinds = new Set(hub.log.map(({ kind }) => kind))
    expect(kinds).toContain('post-shard')
    expect(kinds).not.toContain('put-object')
  })
})
