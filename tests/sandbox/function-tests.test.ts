import { describe, expect, it } from 'vitest'
import { CodeOptions } from '../../verifiers/code/code-options.ts'
import { codeVerifier } from '../../verifiers/code/verify-code.ts'
import { sandboxMissing } from './sandbox-available.ts'

const options = CodeOptions.parse({ cpu_seconds: 5 })

async function verdictOf(program: string, tests: object | string, tag = 'python'): Promise<string> {
  const answers = [typeof tests === 'string' ? tests : JSON.stringify(tests)]
  const output = `Here it is.\n\`\`\`${tag}\n${program}\n\`\`\`\nIt works.`
  const { verdict, reason } = await codeVerifier.verify({ prompt: '', answers, choices: [], output }, options)
  return reason === '' ? verdict : `${verdict}: ${reason}`
}

describe.skipIf(sandboxMissing)('a Python program', () => {
  it.each([
    [
      'plain values',
      'def f(): return [1, 2.0, "é\\ud800", None, True, (1, {2}), {"a": b"b"}, 1j, 10**5000, -0.0]',
      'assert f() == [1, 2.0, "é\\ud800", None, True, (1, {2}), {"a": b"b"}, 1j, 10**5000, -0.0]',
    ],
    [
      'exact types',
      'def f(): return [1, True, 1.0, (1,)]',
      'assert [type(x) for x in f()] == [int, bool, float, tuple]',
    ],
    [
      'library values',
      'from collections import *; from decimal import Decimal; from fractions import Fraction; import datetime\ndef f(): return Counter("aab"), OrderedDict(a=1), deque([1]), Decimal("1.10"), Fraction(1, 3), datetime.date(2020, 1, 2), range(3), frozenset({1})',
      'import datetime\nassert f() == (Counter("aab"), OrderedDict(a=1), deque([1]), Decimal("1.10"), Fraction(1, 3), datetime.date(2020, 1, 2), range(3), frozenset({1}))',
    ],
    [
      'defaultdict and named tuple',
      'from collections import defaultdict, namedtuple\nP = namedtuple("P", "x y")\ndef f():\n    d = defaultdict(list); d[1].append(P(1, 2)); return d',
      'assert f() == {1: [(1, 2)]}',
    ],
    [
      'not a number',
      'def f(): return float("nan"), float("inf")',
      'a, b = f()\nassert a != a and b == math.inf',
    ],
    [
      'a generator',
      'def f(n):\n    yield from range(n)',
      'assert list(f(3)) == [0, 1, 2]\nassert next(f(1)) == 0',
    ],
    [
      'a lazy map and dictionary views',
      'def f(): return map(str, [1, 2])\ndef g(): return {1: 2}.keys()',
      'assert list(f()) == ["1", "2"]\nassert g() == {1} and f() != ["1", "2"]',
    ],
    [
      'a change in place',
      'def f(xs, d):\n    xs.sort(); d["n"] = len(xs)',
      'xs, d = [3, 1, 2], {}\nassert f(xs, d) is None\nassert xs == [1, 2, 3] and d == {"n": 3}',
    ],
    [
      'an expected exception',
      'def f(x):\n    if x < 0: raise ValueError("negative")\n    return x',
      'try:\n    f(-1)\n    assert False, "no error"\nexcept ValueError as error:\n    assert str(error) == "negative"',
    ],
    [
      'an exception of its own',
      'class Odd(ValueError): pass\ndef f(): raise Odd("x")',
      'try:\n    f()\n    assert False\nexcept Odd: pass',
    ],
    [
      'a class',
      'class Stack:\n    def __init__(self, xs=()): self.xs = list(xs)\n    def push(self, x): self.xs.append(x); return self\n    def __len__(self): return len(self.xs)\n    def __eq__(self, other): return self.xs == other.xs\n    def __contains__(self, x): return x in self.xs\n    def __getitem__(self, i): return self.xs[i]',
      's = Stack([1])\ns.push(2).push(3)\nassert len(s) == 3 and s[0] == 1 and 2 in s and s.xs == [1, 2, 3]\nassert s == Stack([1, 2, 3]) and isinstance(s, Stack) and not isinstance(3, Stack)',
    ],
    [
      'a function that takes functions',
      'def f(g, xs): return [g(x) for x in xs]',
      'assert f(lambda x: x * 2, [1, 2]) == [2, 4]\nassert f(str, [1]) == ["1"]\nassert f(len, ["ab"]) == [2]',
    ],
    ['a function that returns one', 'def f(n): return lambda x: x + n', 'assert f(2)(3) == 5'],
    [
      'a call back into the program',
      'def g(x): return x + 1\ndef f(h, x): return h(x) * 10',
      'assert f(lambda x: g(x) + 1, 1) == 30',
    ],
    [
      'its own result as an argument',
      'def node(v, n=None): return type("N", (), dict(v=v, n=n))()\ndef f(n): return n.v + (f(n.n) if n.n else 0)',
      'assert f(node(1, node(2))) == 3',
    ],
    [
      'imports that it forgot',
      'def f(xs: List[int]) -> Optional[int]: return Counter(xs).most_common(1)[0][0] + math.floor(0.5)',
      'assert f([1, 1, 2]) == 1 and f([3, 3]) == 3',
    ],
    [
      'a check function',
      'def f(x): return 2 * x',
      'def check(candidate):\n    assert candidate(2) == 4\ncheck(f)',
    ],
    [
      'unittest classes',
      'def f(x): return 2 * x',
      'import unittest\nclass Tests(unittest.TestCase):\n    def setUp(self): self.x = 2\n    def test_two(self):\n        self.assertEqual(f(self.x), 4)\n        with self.assertRaises(TypeError): f()',
    ],
    ['test functions', 'def f(x): return 2 * x', 'def test_two(): assert f(2) == 4'],
    [
      'prints and questions on the way',
      'print("hello")\ndef f(x):\n    print(x); return 2 * x',
      'assert f(2) == 4',
    ],
    [
      'a name of the language',
      'def sum(a, b): return a + b',
      'assert sum(10, 15) == 25\nassert sum(1, 2) == 3',
    ],
  ])('may use %s', async (_, program, tests) => {
    expect(await verdictOf(program, tests)).toBe('correct')
  })

  it.each([
    ['def f(x): return 2 * x + 1', 'assert f(2) == 4', 'incorrect: wrong_answer'],
    ['def f(x): return 1 / 0', 'assert f(2) == 4', 'incorrect: runtime_error'],
    ['def f(x) return', 'assert f(2) == 4', 'incorrect: syntax_error'],
    ['def g(x): return 4', 'assert f(2) == 4', 'incorrect: no_entry_point'],
    ['x = input()', 'assert f(2) == 4', 'incorrect: runtime_error'],
    ['def f(x): return (i for i in [4])', 'assert f(2) == [4]', 'incorrect: wrong_answer'],
    ['def f(x): return None', 'assert len(f(2)) == 4', 'incorrect: wrong_answer'],
    ['def f(x): return 4', 'assert f(2) ==', 'gold_unparseable: tests_unreadable'],
    ['def f(x): return 4', 'import no_such_module\nassert f(2) == 4', 'gold_unparseable: tests_unreadable'],
    ['def f(x): return 4', 'assert 2 + 2 == 4', 'gold_unparseable: tests_ask_nothing'],
    ['def f(x): return 4', 'assert f(2) == helper(4)', 'undecided: tests_need_the_same_process'],
    [
      'def f(x): return x.v',
      'class Own:\n    v = 4\nassert f(Own()) == 4',
      'undecided: tests_need_the_same_process',
    ],
    ['def f(x): return 4', 'while True: f(2)', 'incorrect: time_limit'],
  ])('%j with %j is %s', async (program, tests, expected) => {
    const { verdict, reason } = await codeVerifier.verify(
      { prompt: '', answers: [tests], choices: [], output: program, bare: true },
      CodeOptions.parse({ cpu_seconds: 1, wall_seconds: 2 }),
    )
    expect(reason === '' ? verdict : `${verdict}: ${reason}`).toBe(expected)
  })

  it('behaves the same every time, also in the order of a set', async () => {
    const program = 'def f(): return list({"a", "b", "c", "d", "e", "f"})'
    const tests = 'assert f() == list({"a", "b", "c", "d", "e", "f"})'
    expect([await verdictOf(program, tests), await verdictOf(program, tests)]).toEqual(['correct', 'correct'])
  })

  it('is right when it passes all of several sets of tests', async () => {
    const input = { prompt: '', choices: [], output: 'def f(x): return 2 * x', bare: true }
    const verdictWith = async (answers: string[]): Promise<string> =>
      (await codeVerifier.verify({ ...input, answers }, options)).verdict
    expect(await verdictWith(['assert f(1) == 2', 'assert f(2) == 4'])).toBe('correct')
    expect(await verdictWith(['assert f(1) == 2', 'assert f(2) == 5'])).toBe('incorrect')
    expect(await verdictWith(['assert f(1) == 2', '{'])).toBe('gold_unparseable')
  })
})

describe.skipIf(sandboxMissing)('a JavaScript program', () => {
  it.each([
    [
      'plain values',
      'const f = () => [1, -0, NaN, 2n, undefined, null, "é", new Map([[1, new Set([2])]]), new Date(5), { a: { b: 1 } }]',
      'assert.deepStrictEqual(f(), [1, -0, NaN, 2n, undefined, null, "é", new Map([[1, new Set([2])]]), new Date(5), { a: { b: 1 } }])',
    ],
    ['exports', 'module.exports = { f: (x) => 2 * x }', 'assert.equal(f(2), 4)'],
    ['export words', 'export default function f(x) { return 2 * x }', 'assert.equal(f(2), 4)'],
    ['promises', 'async function f(x) { await null; return 2 * x }', 'assert.equal(await f(2), 4)'],
    [
      'a change in place',
      'function f(xs) { xs.sort((a, b) => a - b) }',
      'const xs = [3, 1, 2]; f(xs); assert.deepEqual(xs, [1, 2, 3])',
    ],
    [
      'a class',
      'class Stack { constructor() { this.xs = [] } push(x) { this.xs.push(x); return this } get size() { return this.xs.length } }',
      'const s = new Stack(); assert.strictEqual(s.push(1), s); assert.equal(s.size, 1); assert(s instanceof Stack)',
    ],
    ['functions as arguments', 'function f(g, x) { return g(x) + 1 }', 'assert.equal(f((x) => x * 2, 3), 7)'],
    [
      'expected errors',
      'function f() { throw new RangeError("no") }',
      'assert.throws(() => f(), RangeError)',
    ],
    [
      'names that the judge uses',
      'const fs = require("fs"), vm = 1, handles = 2; function main() { return encode() } function encode() { return 3 }',
      'assert.equal(main(), 3)',
    ],
  ])('may use %s', async (_, program, tests) => {
    expect(await verdictOf(program, { kind: 'javascript', tests }, 'js')).toBe('correct')
  })

  it.each([
    ['function f(x) { return 5 }', 'assert.equal(f(2), 4)', 'incorrect: wrong_answer'],
    ['function f(x) { return y }', 'assert.equal(f(2), 4)', 'incorrect: runtime_error'],
    ['function f(x {', 'assert.equal(f(2), 4)', 'incorrect: syntax_error'],
    ['function g(x) {}', 'assert.equal(f(2), 4)', 'incorrect: no_entry_point'],
    ['function f(x) { return 4 }', 'assert.equal(f(2), 4', 'gold_unparseable: tests_unreadable'],
    [
      'function f(x) { return 4 }',
      'describe("f", () => { it("is 4", () => { expect(f(2)).toBe(4) }) })',
      'gold_unparseable: tests_unreadable',
    ],
    ['function f(x) { return 4 }', 'assert(true)', 'gold_unparseable: tests_ask_nothing'],
    [
      'class P { x = 1 }\nfunction f() { return new P() }',
      'assert.deepEqual(f(), { x: 1 })',
      'undecided: tests_need_the_same_process',
    ],
    [
      'function f() { const xs = []; for (;;) xs.push(new Array(100000).fill({})) }',
      'assert.equal(f(), 1)',
      'incorrect: memory_limit',
    ],
  ])('%j with %j is %s', async (program, tests, expected) => {
    expect(await verdictOf(program, { kind: 'javascript', tests }, 'js')).toBe(expected)
  })
})
