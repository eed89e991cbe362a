import { describe, expect, it } from 'vitest'
import { codeTestsOf, readCodeTests } from '../../../verifiers/code/code-tests.ts'

const cases = [
  { input: '3\n', output: '6\n' },
  { input: '4\n', output: '8\n' },
]
function typed(type: string): object[] {
  return cases.map(({ input, output }) => ({ input, output, type }))
}
const stdio = { kind: 'stdio', language: 'python', cases }

describe('runs of a program, as datasets have them', () => {
  it.each([
    ['APPS and TACO', { inputs: ['3\n', '4\n'], outputs: ['6\n', '8\n'] }],
    ['TACO with lists of lines', { inputs: [['3', ''], '4\n'], outputs: [['6', ''], '8\n'] }],
    ['CodeContests', { input: ['3\n', '4\n'], output: ['6\n', '8\n'] }],
    [
      'a column of APPS',
      { input_output: JSON.stringify({ inputs: ['3\n', '4\n'], outputs: ['6\n', '8\n'] }) },
    ],
    ['LiveCodeBench', cases.map(({ input, output }) => ({ input, output, testtype: 'stdin' }))],
    [
      'two columns of LiveCodeBench',
      {
        public_test_cases: JSON.stringify([{ ...cases[0], testtype: 'stdin' }]),
        private_test_cases: JSON.stringify([{ ...cases[1], testtype: 'stdin' }]),
      },
    ],
    ['a list of cases', { language: 'python', test_cases: typed('stdin_stdout') }],
    ['our own, with types', { ...stdio, cases: typed('stdin_stdout') }],
  ])('%s', (_, value) => {
    expect(codeTestsOf(value)).toEqual(stdio)
    expect(readCodeTests(JSON.stringify(value))).toEqual(stdio)
  })
})

describe('assertions, as datasets have them', () => {
  it('MBPP: a list of assertions is all of them', () => {
    const list = ['assert f(1) == 2', 'assert f(2) == 4']
    const tests = { kind: 'python', tests: list.join('\n'), entry_point: '' }
    expect(codeTestsOf(list)).toEqual(tests)
    expect(readCodeTests(JSON.stringify(list))).toEqual(tests)
    const row = { test_list: list, test_imports: ['import math'], test_setup_code: 'x = 1' }
    expect(readCodeTests(JSON.stringify(row))).toEqual({
      ...tests,
      tests: 'import math\nx = 1\nassert f(1) == 2\nassert f(2) == 4',
    })
  })

  it('HumanEval: a check and its entry point', () => {
    const test = 'def check(candidate):\n    assert candidate(1) == 2\n'
    expect(codeTestsOf({ test, entry_point: 'f' })).toEqual({ kind: 'python', tests: test, entry_point: 'f' })
    expect(codeTestsOf(test, 'f')).toEqual({ kind: 'python', tests: test.trim(), entry_point: 'f' })
  })
})

describe('calls of a function, as datasets have them', () => {
  it.each([
    ['APPS', { fn_name: 'f', inputs: [[1, 2]], outputs: [[3]] }],
    [
      'LiveCodeBench',
      { func_name: 'f', public_test_cases: [{ input: '1\n2', output: '[3]', testtype: 'functional' }] },
    ],
    [
      'a list of cases',
      { test_cases: [{ fn_name: 'f', type: 'function_call', input: [1, 2], output: [3] }] },
    ],
  ])('%s', (_, value) => {
    const tests = codeTestsOf(value)
    expect(tests).toMatchObject({ kind: 'python', entry_point: 'f' })
    expect(JSON.stringify(tests)).toContain('[[[1,2]],[[3]]]')
  })

  it('keep the digits of every number', () => {
    const tests = readCodeTests('{"fn_name": "f", "inputs": [[123456789012345678901]], "outputs": [1.10]}')
    expect(JSON.stringify(tests)).toContain('[[[123456789012345678901]],[1.10]]')
  })
})

it.each([
  { inputs: ['1'], outputs: [] },
  { inputs: ['1'], outputs: ['1'], tolerance: 1 },
  { fn_name: 'f', inputs: ['1'], outputs: ['1'] },
  { public_test_cases: '[{"input": "1", "output": "1"}]', private_test_cases: 'eJxrYJmqxwABkUAAACBQA' },
  {
    test_cases: [
      { input: '1', output: '1' },
      { fn_name: 'f', input: [1], output: [1] },
    ],
  },
  { test_cases: [{ input: '1', output: '1', checker: 'int main() {}' }] },
  { language: 'cpp', test_cases: [{ input: '1', output: '1' }] },
  { test_list: [] },
  { test_cases: [{ input: [1], output: [1], type: 'function_call' }] },
  [],
  [1],
  42,
])('is no test that is understood: %j', (value) => {
  expect(codeTestsOf(value)).toBeUndefined()
})
