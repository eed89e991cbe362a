import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { everyExport, everyGroups, writeEveryExport } from '../../support/every-export.ts'
import { readManifest } from '../../../output/dataset/manifest.ts'

type Reference = { '@id': string }
type Field = Record<string, unknown> & { name: string; 'prov:wasAttributedTo'?: Reference[] }
type Document = Record<string, unknown> & {
  distribution: (Reference & Record<string, unknown>)[]
  recordSet: { name: string; field: Field[] }[]
  'prov:wasAttributedTo': Reference[]
}

const work = mkdtempSync(join(tmpdir(), 'twinstill-croissant-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))
const folder = join(work, 'dataset')
let document: Document

beforeAll(async () => {
  mkdirSync(folder)
  await writeEveryExport(folder, everyGroups(6))
  document = JSON.parse(readFileSync(join(folder, 'croissant.json'), 'utf8')) as Document
})

function attributed(config: string, column: string): Field | undefined {
  const set = document.recordSet.find(({ name }) => name === config)
  return set?.field.find(({ name }) => name === `${config}/${column}`)
}

test('every column of every configuration says where it comes from', () => {
  expect(document.recordSet.map(({ name }) => name)).toEqual(everyExport().map(({ name }) => name))
  const ways = ['prov:wasAttributedTo', 'prov:wasDerivedFrom', 'prov:wasGeneratedBy']
  for (const { field } of document.recordSet)
    for (const one of field)
      expect([one.name, ways.filter((way) => way in one).length]).toEqual([one.name, 1])
})

test.each([
  ['reasoning', 'messages', 'teacher/made/reasoning'],
  ['pairs', 'ift', 'teacher/made/ift'],
  ['wide', 'weak_answer', 'teacher/made/weak'],
  ['grouped', 'generations', 'teacher/made/'],
  ['preference-counter', 'rejected', 'teacher/made/'],
])('a text of a model is attributed to it: %s of %s', (config, column, teacher) => {
  const agents = attributed(config, column)?.['prov:wasAttributedTo'] ?? []
  expect(agents.length).toBeGreaterThan(0)
  const known = new Set(document['prov:wasAttributedTo'].map((one) => one['@id']))
  for (const agent of agents) {
    expect(agent['@id'].startsWith(teacher)).toBe(true)
    expect(known.has(agent['@id'])).toBe(true)
  }
})

test.each([
  ['rl', 'answer'],
  ['majority', 'prompt'],
  ['reasoning', 'problem'],
])('what the source gave is derived from it: %s of %s', (config, column) => {
  expect(attributed(config, column)).toHaveProperty(['prov:wasDerivedFrom'])
})

test('every shard is there with its size and hash, and in the set of its configuration', async () => {
  const { files } = await readManifest(folder)
  for (const { path, bytes, sha256, config } of files) {
    expect(document.distribution).toContainEqual(
      expect.objectContaining({ '@id': path, contentSize: `${bytes} B`, sha256 }),
    )
    const set = document.distribution.find((one) => one['@id'] === `shards-${config}`)
    expect(set?.['includes']).toContain(path)
  }
})

test('only one dataset is in the file, or its reader could take another one for it', () => {
  expect(JSON.stringify(document).match(/"@type":"sc:Dataset"/gu)).toHaveLength(1)
})
