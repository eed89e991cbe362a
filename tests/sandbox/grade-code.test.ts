import { describe, expect, test } from 'vitest'
import { runCli } from '../support/run-cli.ts'
import { sandboxMissing } from './sandbox-available.ts'

describe.skipIf(sandboxMissing)('grade with programs', () => {
  test('tests an answer and the program in a raw output, in the order of the lines', async () => {
    const program = 'def double(x):\n    return 2 * x\n'
    const wrong = program.replace('2 *', '3 *')
    const tests = 'def check(candidate):\n    assert candidate(4) == 8\n'
    const asserts = ['assert double(4) == 8', 'assert double(0) == 0']
    const cases = { kind: 'stdio', cases: [{ input: '4\n', output: '8\n' }] }
    const rows = [
      { id: 'right', tests, entry_point: 'double', pred: program },
      { id: 'math', gold: '8', pred: '8.0' },
      {
        id: 'wrong',
        tests,
        entry_point: 'double',
        output: `<think>3?</think>Here:\n\`\`\`python\n${wrong}\`\`\``,
      },
      { id: 'asserts', tests: asserts, entry_point: 'double', output: `\`\`\`python\n${program}\`\`\`` },
      { id: 'stdio', tests: cases, pred: 'print(2 * int(input()))' },
      { id: 'only thought', tests, entry_point: 'double', output: `<think>${program}` },
      { id: 'no program', tests, entry_point: 'double', output: 'I cannot tell.' },
    ]
    const run = await runCli(['grade'], {
      cwd: process.cwd(),
      stdin: rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
    })
    const graded = run.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; verdict: string; path: string })
    expect(graded.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['right', 'correct'],
      ['math', 'correct'],
      ['wrong', 'incorrect'],
      ['asserts', 'correct'],
      ['stdio', 'correct'],
      ['only thought', 'no_answer'],
      ['no program', 'no_answer'],
    ])
    expect(graded[0]?.path).toBe('python_tests')
    expect(run.code).toBe(0)
  })
})
