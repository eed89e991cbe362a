import { describe, expect, it } from 'vitest'
import { CodeOptions } from '../../verifiers/code/code-options.ts'
import { verifyCode } from '../../verifiers/code/verify-code.ts'
import { sandboxMissing } from './sandbox-available.ts'

const options = CodeOptions.parse({ cpu_seconds: 5 })

async function verdictOf(program: string, tests: object | string): Promise<string> {
  const answers = [typeof tests === 'string' ? tests : JSON.stringify(tests)]
  const input = { prompt: '', answers, choices: [], output: program, bare: true }
  const { verdict, reason } = await verifyCode(input, options)
  return reason === '' ? verdict : `${verdict}: ${reason}`
}

const unable = 'gold_unparseable: tests_cannot_fail'

describe.skipIf(sandboxMissing)('Python tests that accept anything', () => {
  it.each([
    ['print(f(2) == 4)'],
    ['f(2) == 4'],
    ["assert (f(2) == 4, 'message')"],
    ['def run_tests():\n    assert f(2) == 4\nf(1)'],
    ['def check(candidate):\n    candidate(2) == 4'],
    ['f(1)\ndef helper(candidate):\n    assert candidate(2) == 4'],
    ['assert f(2) is not None or True'],
    ['try:\n    assert f(2) == 4\nexcept AssertionError:\n    pass'],
    ['try:\n    f(2)\nexcept Exception:\n    pass'],
    ['import pytest\ndef test_f():\n    with pytest.raises(Exception): f("x", 1, 2)'],
    ['assert isinstance(f(2), object)'],
    ['assert f(2) == f(2)'],
    ['if f(2) != 4: print("wrong")'],
    ['import unittest\nclass T(unittest.TestCase):\n    def test_f(self): self.assertTrue("4", f(2))'],
    ['assert f(0) == 0'],
    ['assert f(3) is True'],
  ])('%j cannot fail', async (tests) => {
    expect(await verdictOf('def f(x): return 2 * x', { kind: 'python', tests, entry_point: 'f' })).toBe(
      unable,
    )
  })

  it.each([
    ['no argument and a constant', 'def f(): return 0', 'assert f() == 0', 'correct'],
    [
      'a check that returns a bool',
      'def f(x): return 2 * x',
      'def check(candidate):\n    return candidate(2) == 4',
      'correct',
    ],
    [
      'the same, of a wrong program',
      'def f(x): return 2',
      'def check(candidate):\n    return candidate(2) == 4',
      'incorrect: wrong_answer',
    ],
    ['asynchronous tests', 'def f(x): return 2 * x', 'async def test_f():\n    assert f(2) == 4', 'correct'],
    [
      'the same, of a wrong program',
      'def f(x): return 2',
      'async def test_f():\n    assert f(2) == 4',
      'incorrect: wrong_answer',
    ],
    [
      'a check that wants more',
      'def f(x): return 2 * x',
      'def check(candidate, other):\n    assert candidate(2) == 4',
      'gold_unparseable: tests_unreadable',
    ],
    [
      'an unknown fixture',
      'def f(x): return 2 * x',
      'def test_f(tmp_path):\n    assert f(2) == 4',
      'undecided: tests_need_the_same_process',
    ],
    [
      'a marked test',
      'def f(x): return 2 * x',
      'import pytest\n@pytest.mark.skip\ndef test_f():\n    assert f(2) == 4',
      'undecided: tests_need_the_same_process',
    ],
    [
      'tests that go on for ever with a wrong program',
      'def f(x): return x < 5',
      'n = 0\nwhile f(n): n += 1\nassert n == 5',
      'correct',
    ],
    [
      'an error of the tests alone',
      'def f(x): return 2 * x',
      'wanted = {}["four"]\nassert f(2) == wanted',
      'gold_unparseable: tests_unreadable',
    ],
  ])('%s: %j with %j is %s', async (_, program, tests, expected) => {
    expect(await verdictOf(program, { kind: 'python', tests, entry_point: 'f' })).toBe(expected)
  })

  it('reads the rows of a parametrised test, and fixtures of its own', async () => {
    const tests = `import pytest
@pytest.fixture
def two(): return 2
@pytest.mark.parametrize("x, wanted", [(1, 2), (2, 4)])
def test_f(x, wanted, two):
    assert f(x) == wanted == two * x`
    expect(await verdictOf('def f(x): return 2 * x', tests)).toBe('correct')
    expect(await verdictOf('def f(x): return 2 if x == 1 else 5', tests)).toBe('incorrect: wrong_answer')
  })
})

describe.skipIf(sandboxMissing)('JavaScript tests that accept anything', () => {
  it.each([
    ['console.assert(f(2) === 4)'],
    ['f(2) === 4'],
    ['if (f(2) !== 4) console.log("wrong")'],
    ['function check(candidate) { candidate(2) }'],
    ['try { assert.equal(f(2), 4) } catch {}'],
    ['assert.throws(() => f(2)) || true'],
    ['assert.ok(f(2) !== 5)'],
  ])('%j cannot fail', async (tests) => {
    expect(
      await verdictOf('function f(x) { return 2 * x }', { kind: 'javascript', tests, entry_point: 'f' }),
    ).toBe(unable)
  })

  it.each([
    ['f(1); setTimeout(() => assert.strictEqual(f(2), 4), 5)'],
    ['Promise.resolve().then(() => assert.strictEqual(f(2), 4))'],
    ['function check(candidate) { return candidate(2) === 4 }'],
  ])('%j is waited for', async (tests) => {
    const suite = { kind: 'javascript', tests, entry_point: 'f' }
    expect(await verdictOf('function f(x) { return 2 * x }', suite)).toBe('correct')
    expect(await verdictOf('function f(x) { return 3 * x }', suite)).toBe('incorrect: wrong_answer')
  })
})

describe.skipIf(sandboxMissing)('runs that accept anything', () => {
  it('expect nothing', async () => {
    const cases = [{ input: '1', output: ' \n' }]
    expect(await verdictOf('print()', { kind: 'stdio', cases })).toBe(unable)
  })
})
