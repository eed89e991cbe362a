import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { commands } from '../../pipeline/commands/registry.ts'
import { loadStages, stageEntries } from '../../pipeline/stages/registry.ts'
import { runCli } from '../support/run-cli.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const names = commands.flatMap(({ name, aliases = [] }) => [name, ...aliases])

test('every command and every other name of it is an npm script', async () => {
  const { scripts } = JSON.parse(await readFile(`${root}/package.json`, 'utf8')) as {
    scripts: Record<string, string>
  }
  const wanted = commands.flatMap(({ name, aliases = [], nodeFlags }) =>
    [name, ...aliases].map((each) => [
      each,
      ['node', nodeFlags, 'pipeline/cli.ts', each].filter(Boolean).join(' '),
    ]),
  )
  const ofProgram = Object.entries(scripts).filter(
    ([name, script]) => script.includes('pipeline/cli.ts') && name !== 'quickstart',
  )
  expect(Object.fromEntries(ofProgram)).toEqual(Object.fromEntries(wanted))
})

test('the table of commands in the README has every command', async () => {
  const readme = await readFile(`${root}/README.md`, 'utf8')
  const listed = [...readme.matchAll(/^\| `npm run ([a-z-]+)/gmu)].map(([, name]) => name!)
  const beside = new Set(['quickstart', 'teacher', 'hub'])
  expect(listed.filter((name) => !beside.has(name)).toSorted()).toEqual(
    commands.map(({ name }) => name).toSorted(),
  )
})

test('help lists every command with its description, and old names still work', async () => {
  const { stdout, code } = await runCli(['--help'], { cwd: root })
  expect(code).toBe(0)
  const text = stdout.replaceAll(/\s+/gu, ' ')
  for (const { describe } of commands) expect(text).toContain(describe)
  expect((await runCli(['sample', '--help'], { cwd: root })).stdout).toContain('print pairs of the dataset')
})

test('names are given once', () => {
  expect(new Set(names).size).toBe(names.length)
})

test('every stage is listed by its own name, and reads only what stages before it make', async () => {
  const stages = await loadStages()
  expect(stages.map(({ name }) => name)).toEqual(stageEntries.map(({ name }) => name))
  for (const [at, { reads }] of stages.entries())
    expect(stages.slice(0, at).map(({ writes }) => writes)).toEqual(expect.arrayContaining([...reads]))
  expect(stages.filter(({ scope }) => scope === 'source')).toHaveLength(1)
})

test('the table of commands is light: neither it nor what it imports at once holds any work', async () => {
  const reached = new Set(['pipeline/program.ts'])
  for (const path of reached) for (const imported of await staticImports(path)) reached.add(imported)
  expect(reached).toContain('pipeline/stages/registry.ts')
  // What is printed goes through the redactor, whatever the command is.
  const work = /^(?:store\/(?!secrets\/)|(?:teachers|verifiers|output|problems)\/)/u
  expect([...reached].filter((path) => work.test(path))).toEqual([])
})

test('a command that uses no queue loads nothing of one', async () => {
  const reached = new Set(['pipeline/commands/stages/run-command.ts'])
  for (const path of reached) for (const imported of await staticImports(path)) reached.add(imported)
  expect(reached).toContain('pipeline/commands/stages/sharing.ts')
  expect([...reached].filter((path) => path.startsWith('pipeline/runners/queue/'))).toEqual([
    'pipeline/runners/queue/address.ts',
  ])
})

/** Files of the project that a file imports when it is loaded: no types, nothing that it loads later. */
async function staticImports(path: string): Promise<string[]> {
  const text = await readFile(`${root}/${path}`, 'utf8')
  return [...text.matchAll(/^import (?!type )[^']*?from '(\.[^']+)'/gmu)].map(([, specifier]) =>
    new URL(specifier!, `file:///${path}`).pathname.slice(1),
  )
}
