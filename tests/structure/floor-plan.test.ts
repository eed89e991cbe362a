import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { findCircles } from './circles.ts'
import { readSourceTree, rooms, type SourceFile } from './source-tree.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const files = readSourceTree(root)

/** What each top-level folder may import besides itself; a simulator knows the problems that it can answer and nothing else. */
const mayImport: Record<(typeof rooms)[number], readonly string[]> = {
  schemas: [],
  store: ['schemas'],
  hub: ['schemas', 'store'],
  problems: ['schemas', 'store', 'hub'],
  teachers: ['schemas', 'store', 'hub'],
  verifiers: ['schemas', 'store', 'hub'],
  filters: ['schemas', 'store', 'hub'],
  output: ['schemas', 'store', 'hub'],
  review: ['schemas', 'store', 'output'],
  report: ['schemas', 'store', 'verifiers', 'output', 'review'],
  pipeline: [
    'schemas',
    'store',
    'hub',
    'problems',
    'teachers',
    'verifiers',
    'filters',
    'output',
    'review',
    'report',
  ],
  simulators: ['schemas', 'problems/builtin'],
}

/** The rooms of `pipeline/`, each of which may import those before it. Those on one line do not know each other. */
const pipelineOrder = [
  ['recipe', 'reporter'],
  ['engine'],
  ['stages'],
  ['ledger', 'runners'],
  ['commands', 'docs'],
  ['program.ts'],
  ['cli.ts'],
]

/** Files outside `store/` that touch the file system themselves, and why. */
const touchesFiles: Record<string, string> = {
  'hub/read/download.ts': 'a download that broke off goes on at the end of what is there',
  'pipeline/commands/grade/grade-file.ts': 'whether the input is a file, a folder or a pipe',
  'pipeline/recipe/package-prices.ts': 'the date of the price table is in its package.json',
  'pipeline/stages/classify/question.ts': 'what its judge is told is a text file beside it',
  'problems/files/bytes.ts': 'opens what people give as input, which may be a pipe',
  'problems/files/files.ts': 'finds what a pattern names',
  'schemas/version.ts': 'the version of the project is in package.json, and schemas import nothing',
  'teachers/cost/supplied-tokenizer.ts': 'reads the tokenizer.json that a recipe names',
  'teachers/cost/o200k/vocabulary.ts': 'reads the ranks that a package brings along',
  'teachers/wire/open-files.ts': 'reads the limit of open files of this process',
  'verifiers/code/inside-sources.ts': 'reads the programs that run inside the sandbox',
  'verifiers/code/probe-sandbox.ts': 'plants files that a sandbox must not reach',
  'verifiers/code/reachable-program.ts': 'looks for the interpreters of the host',
  'verifiers/code/sandbox.ts': 'makes the folder that a program works in',
  'verifiers/code/session-keyring.ts': 'reads what the kernel says of the keyring of this process',
  'verifiers/judge/judge.ts': 'the prompt of the judge is a text file beside it',
}

test('imports between the top-level folders point one way, types included', () => {
  expect(
    offences((path, imported) => {
      const [from, to] = [top(path), top(imported)]
      if (from === to) return false
      const allowed = mayImport[from as keyof typeof mayImport]
      return !allowed.some((each) => imported.startsWith(`${each}/`))
    }),
  ).toEqual([])
})

test('a benchmark imports the product and other benchmarks, and no test', () => {
  const benchmarks = readSourceTree(fileURLToPath(new URL('../..', import.meta.url)), ['bench'])
  expect(benchmarks.length).toBeGreaterThan(0)
  expect(
    benchmarks.flatMap(({ path, imports }) =>
      imports.filter((imported) => top(imported) === 'tests').map((imported) => `${path} -> ${imported}`),
    ),
  ).toEqual([])
})

test('imports between the rooms of pipeline/ point one way, types included', () => {
  const inPipeline = files.filter(({ path }) => top(path) === 'pipeline')
  expect(inPipeline.filter(({ path }) => rank(path) < 0).map(({ path }) => path)).toEqual([])
  expect(
    offences((path, imported) => {
      if (top(path) !== 'pipeline' || top(imported) !== 'pipeline') return false
      return path.split('/')[1] !== imported.split('/')[1] && rank(imported) >= rank(path)
    }),
  ).toEqual([])
})

test('no folder has a circle, types included', () => {
  expect(findCircles(files)).toEqual([])
})

test('every import names a file that is there', () => {
  const known = new Set(files.map(({ path }) => path))
  expect(offences((_path, imported) => imported.endsWith('.ts') && !known.has(imported))).toEqual([])
})

test('the file system is touched in store/ and in named exceptions', () => {
  const touching = files.filter(
    ({ path, packages }) =>
      top(path) !== 'store' &&
      top(path) !== 'simulators' &&
      packages.some((name) => /^(?:node:)?fs(?:\/|$)/.test(name)),
  )
  expect(touching.map(({ path }) => path)).toEqual(Object.keys(touchesFiles).sort())
})

test('the journal is written in store/ and by the one protocol for what costs money', () => {
  const writers = files.filter(({ text }) => /\bjournal\w*\.append\(/i.test(text)).map(({ path }) => path)
  expect(writers.filter((path) => !path.startsWith('store/journal/'))).toEqual([
    'pipeline/engine/ask-journalled.ts',
  ])
})

test('a folder of the product is a room of the floor plan', () => {
  const known = new Set<string>([...rooms, 'bench', 'tests'])
  const config = JSON.parse(readFileSync(new URL('../../tsconfig.json', import.meta.url), 'utf8')) as {
    include: string[]
  }
  expect(config.include.filter((folder) => !folder.includes('*') && !known.has(folder))).toEqual([])
})

function offences(isOne: (path: string, imported: string, file: SourceFile) => boolean): string[] {
  return files.flatMap((file) =>
    file.imports
      .filter((imported) => isOne(file.path, imported, file))
      .map((imported) => `${file.path} imports ${imported}`),
  )
}

/** Where a file of `pipeline/` stands in the order of its rooms; -1 for one that stands in none. */
function rank(path: string): number {
  return pipelineOrder.findIndex((names) => names.includes(path.split('/')[1] ?? ''))
}

function top(path: string): string {
  return path.split('/', 1)[0]!
}
