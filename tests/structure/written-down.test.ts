import { readdirSync, readFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { allFilters } from '../../filters/registry.ts'
import { exportRegistry } from '../../output/exports/registry.ts'
import { stageEntries } from '../../pipeline/stages/registry.ts'
import { dialects } from '../../teachers/dialects/registry.ts'
import { families } from '../../teachers/families/registry.ts'
import { allVerifiers } from '../../verifiers/all-verifiers.ts'
import { readSourceTree, rooms } from './source-tree.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = (name: string): string => readFileSync(join(root, name), 'utf8')

test('the tree in the README is the tree on disk', () => {
  const block = /## The tree\n\n```\n([^]*?)```/.exec(page('README.md'))![1]!
  const shown: string[] = []
  let top = ''
  for (const line of block.split('\n')) {
    const names = /^ {0,2}((?:[\w-]+\/\s*)+)/.exec(line)?.[1]?.trim().split(/\s+/) ?? []
    if (names.length === 0) continue
    if (!line.startsWith(' ')) top = names[0]!
    shown.push(...names.map((name) => (line.startsWith(' ') ? `${top}${name}` : name)))
  }
  const outside = new Set(['node_modules/', 'runs/', '.git/', '.ci/', '.venv/'])
  const onDisk = [
    ...folders('').filter((folder) => !outside.has(folder)),
    ...rooms.flatMap((room) => folders(room)),
  ]
  expect(shown.sort()).toEqual(onDisk.sort())
})

test('the table of what can be added names every registry, and nothing that is not there', () => {
  const table = page('CONTRIBUTING.md').split('## How something is added')[1]!
  const named = new Set([...table.matchAll(/`((?:\w[\w-]*\/)+registry\.ts)`/g)].map(([, path]) => path!))
  const registries = readSourceTree(root)
    .map(({ path }) => path)
    .filter((path) => path.endsWith('/registry.ts'))
  expect([...named].filter((path) => !existsSync(join(root, path)))).toEqual([])
  expect(registries.filter((path) => !named.has(path))).toEqual([])
  for (const [, path] of table.matchAll(/`((?:[a-z][\w-]*\/)+)NAME/g))
    expect([path, existsSync(join(root, path!))]).toEqual([path, true])
})

test('what can change a stored result has a version, and what can cost a sample says its reasons', () => {
  const versioned = [
    ...allFilters,
    ...allVerifiers,
    ...exportRegistry.map((entry) => ('make' in entry ? entry.make('any') : entry)),
  ]
  expect(versioned.filter(({ version }) => !/^\d+$/.test(version)).map(({ name }) => name)).toEqual([])
  for (const filter of allFilters)
    expect([filter.name, Object.keys(filter.reasons).length + (filter.measures?.length ?? 0)]).not.toEqual([
      filter.name,
      0,
    ])
})

test('no two entries of a registry have one name', () => {
  for (const names of [
    allFilters.map(({ name }) => name),
    allVerifiers.map(({ name }) => name),
    families.map(({ name }) => name),
    Object.values(dialects).map(({ name }) => name),
    stageEntries.map(({ name }) => name),
  ])
    expect(new Set(names).size).toBe(names.length)
})

function folders(path: string): string[] {
  return readdirSync(join(root, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${path}${path === '' ? '' : '/'}${entry.name}/`)
}
