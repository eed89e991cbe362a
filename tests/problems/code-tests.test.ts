import { describe, expect, it } from 'vitest'
import { mapProblem } from '../../problems/mapping/map-problem.ts'
import { neededColumns } from '../../problems/mapping/columns.ts'
import { ProblemDefaults, ProblemFields } from '../../problems/problems-section.ts'
import { taskNames } from '../../verifiers/all-verifiers.ts'
import { readCodeTests } from '../../verifiers/code/code-tests.ts'

function testsOf(row: Record<string, unknown>, fields: object = {}, task: string | undefined = 'code') {
  const raw = { row: { prompt: 'Write f.', ...row }, position: 'rows:1', file: 'rows', number: 1 }
  const defaults = ProblemDefaults.parse(task === '' ? {} : { task })
  const problem = mapProblem(raw, ProblemFields.parse(fields), defaults, taskNames)
  return 'answers' in problem ? { task: problem.task, tests: problem.answers.map(readCodeTests) } : problem
}

const python = (tests: string, entry_point = '') => ({
  task: 'code',
  tests: [{ kind: 'python', tests, entry_point }],
})
const runs = {
  task: 'code',
  tests: [{ kind: 'stdio', language: 'python', cases: [{ input: '1\n', output: '2\n' }] }],
}
const call = '[[[9007199254740993]],[2]]'

function stdin(input: string): string {
  return JSON.stringify([{ input, output: '2\n', testtype: 'stdin' }])
}

function names(available: string[], fields: object = {}): string[] {
  return neededColumns(ProblemFields.parse(fields), available)
}

describe('the tests of well-known sets are read by the names of their columns', () => {
  it('MBPP: all of a list', () => {
    const row = {
      test_list: ['assert f(1) == 2', 'assert f(2) == 4'],
      test_imports: ['import math'],
      challenge_test_list: [],
    }
    const all = python('import math\nassert f(1) == 2\nassert f(2) == 4')
    expect(testsOf(row)).toEqual(all)
    expect(testsOf(row, { answer: 'test_list' })).toEqual(all)
    expect(testsOf({ list: row.test_list }, { answer: 'list' })).toEqual(
      python('assert f(1) == 2\nassert f(2) == 4'),
    )
  })

  it('HumanEval: a check and its entry point', () => {
    const row = {
      test: 'def check(candidate):\n    assert candidate(1) == 2',
      entry_point: 'f',
      canonical_solution: 'x',
    }
    expect(testsOf(row)).toEqual(python(row.test, 'f'))
    expect(testsOf(row, { answer: 'test' })).toEqual(python(row.test, 'f'))
    expect(testsOf({ mine: row.test, entry_point: 'f' }, { answer: 'mine' })).toEqual(python(row.test, 'f'))
  })

  it('APPS and TACO: text or an object', () => {
    const value = { inputs: ['1\n'], outputs: ['2\n'] }
    expect(testsOf({ input_output: JSON.stringify(value) })).toEqual(runs)
    expect(testsOf({ input_output: value })).toEqual(runs)
    const called = testsOf({ input_output: { fn_name: 'f', inputs: [[9007199254740993n]], outputs: [2] } })
    expect(JSON.stringify(called)).toContain(call)
  })

  it('LiveCodeBench: both lists, and the name of the function', () => {
    expect(testsOf({ public_test_cases: stdin('1\n'), private_test_cases: '', metadata: '{}' })).toEqual(runs)
    expect(testsOf({ public_test_cases: stdin('1\n'), private_test_cases: stdin('3\n') })).toMatchObject({
      tests: [{ cases: [{ input: '1\n' }, { input: '3\n' }] }],
    })
    const cases = [{ input: '9007199254740993', output: '2', testtype: 'functional' }]
    const row = { public_test_cases: JSON.stringify(cases), metadata: '{"func_name": "f"}' }
    expect(JSON.stringify(testsOf(row))).toContain(call)
  })

  it('and what is packed is not read in parts', () => {
    const cases = JSON.stringify([{ input: '1\n', output: '2\n', testtype: 'stdin' }])
    expect(testsOf({ public_test_cases: cases, private_test_cases: 'eJxrYJmqxwABkUAAACBQA' })).toMatchObject({
      tests: [undefined],
    })
  })

  it('and name the task where nothing else is an answer', () => {
    const test_list = ['assert f(1) == 2']
    expect(testsOf({ test_list }, {}, '')).toEqual(python('assert f(1) == 2'))
    expect(testsOf({ test_list, answer: '2' }, {}, '')).toMatchObject({ task: 'math' })
  })
})

it('the columns that are loaded are those of the tests and what belongs to them', () => {
  expect(names(['prompt', 'test_list', 'test_imports', 'code'])).toEqual([
    'prompt',
    'test_list',
    'test_imports',
  ])
  expect(names(['prompt', 'test', 'entry_point'])).toEqual(['prompt', 'test', 'entry_point'])
  expect(names(['prompt', 'test', 'answer', 'metadata'])).toEqual(['prompt', 'answer'])
  expect(names(['prompt', 'test', 'entry_point', 'x'], { answer: 'test' })).toEqual([
    'prompt',
    'test',
    'entry_point',
  ])
})
