import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { smallRecipe, writeRecipe } from '../support/recipe-file.ts'
import { runCli } from '../support/run-cli.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { sandboxMissing } from './sandbox-available.ts'

const rows = [
  { problem: 'Write f, which doubles.', answer: 'assert f(2) == 4' },
  { problem: 'Write g, which doubles.', answer: 'print(g(2) == 4)' },
  { problem: 'Write h, which doubles.', answer: '{"kind": "nothing"}' },
  { problem: 'Write k, which doubles.', answer: 'assert 2 + 2 == 4' },
  { problem: 'What is two plus two?', answer: '4', task: 'math' },
]

async function problemsWith(folder: string, environment: Record<string, string> = {}) {
  const lines = rows.map((row) => JSON.stringify({ task: 'code', ...row }))
  await writeFile(join(folder, 'problems.jsonl'), `${lines.join('\n')}\n`)
  const problems = { files: 'problems.jsonl', fields: { task: 'task' }, unverifiable_gold: 'drop' }
  const recipe = await writeRecipe(folder, smallRecipe('http://127.0.0.1:9/v1', { problems }))
  const run = await runCli(['problems', recipe], { cwd: folder, environment })
  const rejected = await readFile(join(folder, 'runs/small/problems/rejected.jsonl'), 'utf8')
  const positions = rejected.split('\n').slice(0, -1)
  return {
    ...run,
    rejected: positions.map((line) => JSON.parse(line) as { position: string; message: string }),
  }
}

describe.skipIf(sandboxMissing)('tests of code problems', () => {
  test('that cannot fail are found before anything is asked', async () => {
    await using folder = await temporaryFolder()
    const { code, rejected } = await problemsWith(folder.path)
    expect(code).toBe(0)
    expect(rejected.map(({ position }) => position).toSorted()).toEqual([
      'problems.jsonl:2',
      'problems.jsonl:3',
      'problems.jsonl:4',
    ])
    const reasons = rejected
      .map(({ message }) => /gold_unparseable: \w+/u.exec(message)?.[0] ?? '')
      .toSorted((a, b) => (a < b ? -1 : 1))
    expect(reasons).toEqual([
      'gold_unparseable: tests_ask_nothing',
      'gold_unparseable: tests_cannot_fail',
      'gold_unparseable: tests_unreadable',
    ])
  })

  test('are only read where there is no sandbox, which is said', async () => {
    await using folder = await temporaryFolder()
    const { code, stderr, rejected } = await problemsWith(folder.path, { PATH: folder.path })
    expect(code).toBe(0)
    expect(rejected.map(({ position }) => position)).toEqual(['problems.jsonl:3'])
    expect(stderr.match(/the tests of code problems were only read/gu)).toHaveLength(1)
  })
})
