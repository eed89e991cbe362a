import { describe, expect, it } from 'vitest'
import { CodeOptions } from '../../verifiers/code/code-options.ts'
import { verifyCode } from '../../verifiers/code/verify-code.ts'
import { sandboxMissing } from './sandbox-available.ts'

const options = CodeOptions.parse({ cpu_seconds: 5 })

async function verdictOf(output: string, tests: unknown): Promise<string> {
  const answers = [typeof tests === 'string' ? tests : JSON.stringify(tests)]
  const { verdict, reason } = await verifyCode(
    { prompt: '', answers, choices: [], output, bare: true },
    options,
  )
  return reason === '' ? verdict : `${verdict}: ${reason}`
}

const greet = 'def greet(name):\n    print("Hello,", name)'
const ask = 'def ask():\n    return int(input("? ")) + 1'

describe.skipIf(sandboxMissing)('tests that look at what a program prints and asks', () => {
  it.each([
    [
      'redirect_stdout',
      greet,
      'import io, contextlib\nout = io.StringIO()\nwith contextlib.redirect_stdout(out):\n    greet("Ada")\nassert out.getvalue() == "Hello, Ada\\n"',
    ],
    [
      'sys.stdout',
      greet,
      'import io, sys\nbefore, sys.stdout = sys.stdout, io.StringIO()\ngreet("Ada")\nsaid, sys.stdout = sys.stdout.getvalue(), before\nassert said.strip() == "Hello, Ada"',
    ],
    [
      'patch of sys.stdout',
      greet,
      'import io\nfrom unittest.mock import patch\n@patch("sys.stdout", new_callable=io.StringIO)\ndef run(out):\n    greet("Ada")\n    return out.getvalue()\nassert run() == "Hello, Ada\\n"',
    ],
    [
      'patch of print',
      greet,
      'from unittest.mock import patch\nwith patch("builtins.print") as said:\n    greet("Ada")\nsaid.assert_called_once_with("Hello,", "Ada")',
    ],
    [
      'capsys',
      greet,
      'def test_greet(capsys):\n    greet("Ada")\n    assert capsys.readouterr().out == "Hello, Ada\\n"',
    ],
    [
      'a binary stream',
      'import sys\ndef greet(name):\n    sys.stdout.buffer.write(name.encode())\n    sys.stdout.write("!")',
      'import io, contextlib\nout = io.StringIO()\nwith contextlib.redirect_stdout(out):\n    greet("Ada")\nassert out.getvalue() == "Ada!"',
    ],
    [
      'patch of input',
      ask,
      'from unittest.mock import patch\nwith patch("builtins.input", return_value="3"):\n    assert ask() == 4',
    ],
    [
      'several inputs',
      'def ask():\n    return [input(), input()]',
      'from unittest.mock import patch\nwith patch("builtins.input", side_effect=["a", "b"]):\n    assert ask() == ["a", "b"]',
    ],
    [
      'monkeypatch of input',
      ask,
      'def test_ask(monkeypatch):\n    monkeypatch.setattr("builtins.input", lambda _: "3")\n    assert ask() == 4',
    ],
    [
      'sys.stdin',
      'import sys\ndef ask():\n    first = input()\n    return [first, *map(str.strip, sys.stdin)]',
      'import io, sys\nsys.stdin = io.StringIO("a\\nb\\nc\\n")\nassert ask() == ["a", "b", "c"]',
    ],
  ])('by %s', async (_, program, tests) => {
    expect(await verdictOf(program, tests)).toBe('correct')
    const wrong = program
      .replace('Hello', 'Bye')
      .replace('+ 1', '+ 2')
      .replace('return [', 'return [0, ')
      .replace('"!"', '"?"')
    expect(await verdictOf(wrong, tests)).toMatch(/^incorrect: /u)
  })
})

describe.skipIf(sandboxMissing)('a right program', () => {
  it.each([
    [
      'is asynchronous',
      'import asyncio\nasync def f(x):\n    await asyncio.sleep(0)\n    return 2 * x',
      'import asyncio\nassert asyncio.run(f(2)) == 4',
    ],
    [
      'is asynchronous, in asynchronous tests',
      'async def f(x):\n    return 2 * x',
      'import asyncio\nasync def test_f():\n    assert await f(2) == 4\n    assert await asyncio.gather(f(1), f(3)) == [2, 6]',
    ],
    [
      'has a method for an entry point',
      'class Solution:\n    def f(self, x): return 2 * x',
      {
        kind: 'python',
        tests: 'def check(candidate):\n    assert candidate(2) == 4',
        entry_point: 'Solution().f',
      },
    ],
    [
      'has a method, where a function is named',
      'class Solution:\n    def f(self, x: List[int]) -> int: return 2 * x[0]',
      { test: 'def check(candidate):\n    assert candidate([2]) == 4', entry_point: 'f' },
    ],
    [
      'is called as a method',
      'class Solution:\n    def f(self, x): return 2 * x',
      'assert Solution().f(2) == 4',
    ],
    ['is imported', 'def f(x): return 2 * x', 'from solution import f\nassert f(2) == 4'],
    [
      'is imported from elsewhere',
      'def f(x): return 2 * x',
      'from your_module import f as g\nassert g(2) == 4',
    ],
    ['is imported as a whole', 'def f(x): return 2 * x', 'import solution\nassert solution.f(2) == 4'],
    [
      'has rounding noise',
      'def f(x): return [x + 0.2, {"a": (x * 3,)}]',
      'assert f(0.1) == [0.3, {"a": (0.3,)}]',
    ],
    [
      'has rounding noise, in unittest',
      'def f(x): return x + 0.2',
      'import unittest\nclass T(unittest.TestCase):\n    def test_f(self): self.assertEqual(f(0.1), 0.3)',
    ],
    ['has long integers', 'def f(n): return str(10 ** n)', 'assert f(5000) == "1" + "0" * 5000'],
    [
      'is checked by pytest',
      'def f(x):\n    if x < 0: raise ValueError("negative")\n    return x / 3',
      'import pytest\ndef test_f():\n    assert f(1) == pytest.approx(0.3333333)\n    with pytest.raises(ValueError, match="neg"): f(-1)',
    ],
    [
      'is checked by a class of pytest',
      'def f(x): return 2 * x',
      'class TestF:\n    def test_f(self): assert f(2) == 4',
    ],
  ])('%s', async (_, program, tests) => {
    expect(await verdictOf(program, tests)).toBe('correct')
  })

  it.each([
    ['def f(x): return x + 0.2001', 'assert f(0.1) == 0.3', 'incorrect: wrong_answer'],
    ['def f(x): return x + 1.0000001', 'assert f(4) == 5', 'incorrect: wrong_answer'],
    ['import no_such_library\ndef f(x): return 4', 'assert f(2) == 4', 'undecided: library_missing'],
    ['def f(x):\n    import no_such_library\n    return 4', 'assert f(2) == 4', 'undecided: library_missing'],
    ['async def f(x): return 4', 'assert f(2) == 4', 'incorrect: wrong_answer'],
    [
      'class Solution:\n    def g(self, x): return 4',
      { test: 'def check(candidate):\n    assert candidate(2) == 4', entry_point: 'f' },
      'incorrect: no_entry_point',
    ],
  ])('is not %j with %j: %s', async (program, tests, expected) => {
    expect(await verdictOf(program, tests)).toBe(expected)
  })
})

describe.skipIf(sandboxMissing)('the tests of a dataset', () => {
  const right = 'def f(a, b): return (a + b,)'
  const wrong = 'def f(a, b): return (a - b,)'
  it.each([
    [
      'APPS with a function',
      {
        fn_name: 'f',
        inputs: [
          [1, 2],
          [3, 4],
        ],
        outputs: [[3], [7]],
      },
    ],
    [
      'APPS, every result in a list of its own',
      {
        fn_name: 'f',
        inputs: [
          [1, 2],
          [3, 4],
        ],
        outputs: [[[3]], [[7]]],
      },
    ],
    [
      'LiveCodeBench with a function',
      {
        func_name: 'f',
        public_test_cases: JSON.stringify([
          { input: '1\n2', output: '[3]', testtype: 'functional' },
          { input: '3\n4', output: '[7]', testtype: 'functional' },
        ]),
      },
    ],
    ['MBPP', { test_list: ['assert f(1, 2) == (3,)', 'assert f(3, 4) == (7,)'], test_imports: [] }],
    [
      'HumanEval',
      { test: 'METADATA = {}\ndef check(candidate):\n    assert candidate(1, 2) == (3,)', entry_point: 'f' },
    ],
  ])('of %s', async (_, tests) => {
    expect(await verdictOf(right, tests)).toBe('correct')
    expect(await verdictOf(wrong, tests)).toBe('incorrect: wrong_answer')
  })

  it('is not passed by what passes one of a list', async () => {
    const tests = { test_list: ['assert f(1) == 7', 'assert f(2) == 9'] }
    expect(await verdictOf('def f(x): return 7', tests)).toBe('incorrect: wrong_answer')
  })

  it('with numbers longer than a double holds', async () => {
    const tests = '{"fn_name": "f", "inputs": [[12345678901234567890]], "outputs": [12345678901234567891]}'
    expect(await verdictOf('def f(x): return x + 1', tests)).toBe('correct')
  })
})
