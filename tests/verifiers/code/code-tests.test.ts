import { describe, expect, it } from 'vitest'
import { languageOf, readCodeTests } from '../../../verifiers/code/code-tests.ts'
import { sameOutput } from '../../../verifiers/code/compare-output.ts'
import { CodeOptions } from '../../../verifiers/code/code-options.ts'
import { verifyCode } from '../../../verifiers/code/verify-code.ts'

const options = CodeOptions.parse({})

describe('the tests of a code problem', () => {
  it('are Python when they are plain text', () => {
    expect(readCodeTests('assert double(2) == 4')).toEqual({
      kind: 'python',
      tests: 'assert double(2) == 4',
      entry_point: '',
    })
  })

  it('are read from JSON', () => {
    const stdio = { kind: 'stdio', cases: [{ input: '1\n', output: '2\n' }] }
    expect(readCodeTests(JSON.stringify(stdio))).toEqual({ ...stdio, language: 'python' })
    const script = readCodeTests(JSON.stringify({ kind: 'javascript', tests: 'assert(f())' }))
    expect(script === undefined ? '' : languageOf(script)).toBe('javascript')
  })

  it.each(['', ' ', '{', '{"kind":"stdio","cases":[]}', '{"kind":"java","tests":"x"}', '{"inputs":[]}'])(
    'cannot be read from %j',
    (answer) => {
      expect(readCodeTests(answer)).toBeUndefined()
    },
  )
})

describe('a verdict that needs no run', () => {
  it.each([
    [[], '```python\nx = 1\n```', 'gold_unparseable: no_gold'],
    [['{'], '```python\nx = 1\n```', 'gold_unparseable: tests_unreadable'],
    [['assert f()'], 'I do not know.', 'no_answer: no_program'],
  ])('%j with %j is %s', async (answers, output, expected) => {
    const { verdict, reason } = await verifyCode({ prompt: '', answers, choices: [], output }, options)
    expect(`${verdict}: ${reason}`).toBe(expected)
  })
})

describe('the output of a program', () => {
  it.each([
    ['1 2\n3\n', '1 2  \n3', true],
    ['1\r\n2\r\n', '1\n2', true],
    ['1\n\n\n', '1', true],
    ['', '', true],
    ['1\n2', '1 2', false],
    [' 1', '1', false],
    ['1', '1.0', true],
    ['1.0', '1', true],
    ['1.5', '1', false],
    ['1', '1.5', false],
    ['-0.0', '0', true],
    ['007', '7', false],
    ['1e3', '1000', false],
    ['1000000000000000001.0', '1000000000000000000', false],
    ['0.333333', '0.333333333333', true],
    ['0.33333', '0.333333333333', false],
    ['0.34', '0.333333333333', false],
    ['3.0000001 x', '3.0 x', true],
    ['3.0000001 x', '3.0 y', false],
    ['nan', 'nan', true],
    ['inf', '1e400', false],
    ['1e-10', '0.0', true],
    ['1e-3', '0.0', false],
    ['yes', 'Yes', true],
    ['no', 'Yes', false],
    ['a', 'A', false],
    ['# #', '#  #', false],
    ['1  2', '1 2', false],
  ])('%j and %j: %s', (actual, expected, same) => {
    expect(sameOutput(actual, expected)).toBe(same)
  })
})
