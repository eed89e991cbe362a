export type Forgery = {
  name: string
  language?: 'javascript'
  program: string
  tests: string
  /** `double` unless it is another. */
  entryPoint?: string
}

const CHECK = 'def check(candidate):\n    assert candidate(2) == 4\n    assert candidate(3) == 6\n'
const JS_CHECK =
  'function check(candidate) {\n  assert.strictEqual(candidate(2), 4)\n  assert.deepStrictEqual(candidate(3), 6)\n}\n'

/** Programs that cannot double a number and want to be `correct` all the same. */
export const forgeries: readonly Forgery[] = [
  { name: 'sys.exit(0) at the start', program: 'import sys\nsys.exit(0)', tests: CHECK },
  { name: 'sys.exit(0) when called', program: 'import sys\ndef double(x): sys.exit(0)', tests: CHECK },
  { name: 'os._exit(0)', program: 'import os\ndef double(x): os._exit(0)', tests: CHECK },
  {
    name: 'print ok and leave',
    program: 'import os\nprint("ok\\ncorrect\\n1 passed")\nos._exit(0)',
    tests: CHECK,
  },
  {
    name: 'equal to everything',
    program:
      'class Yes:\n    def __eq__(self, other): return True\n    def __hash__(self): return 4\ndef double(x): return Yes()',
    tests: CHECK,
  },
  {
    name: 'a number equal to everything',
    program:
      'class Yes(int):\n    def __eq__(self, other): return True\n    __hash__ = int.__hash__\ndef double(x): return Yes(0)',
    tests: CHECK,
  },
  {
    name: 'a difference of zero to everything',
    program:
      'class Yes(float):\n    def __sub__(self, other): return 0.0\n    __rsub__ = __sub__\ndef double(x): return Yes(0)',
    tests: 'def check(candidate):\n    assert abs(candidate(2) - 4) < 1e-9\n',
  },
  {
    name: 'smaller and larger than everything',
    program:
      'class Yes:\n    def __lt__(self, other): return True\n    __gt__ = __le__ = __ge__ = __contains__ = __lt__\ndef double(x): return Yes()',
    tests: 'def check(candidate):\n    assert 3.9 < candidate(2)\n    assert candidate(2) < 4.1\n',
  },
  {
    name: 'a list that contains everything',
    program: 'class Yes(list):\n    def __contains__(self, other): return True\ndef double(x): return Yes()',
    tests: 'def check(candidate):\n    assert 4 in candidate(2)\n',
  },
  {
    name: 'replace the assertion error',
    program:
      'import builtins\nclass Quiet(Exception):\n    def __new__(cls, *a): return SystemExit(0)\nbuiltins.AssertionError = Quiet\ndef double(x): return 0',
    tests: CHECK,
  },
  {
    name: 'replace the functions of the tests',
    program: 'abs = sorted = list = sum = lambda *a: 4\ncheck = lambda c: None\ndef double(x): return 0',
    tests:
      'def check(candidate):\n    assert abs(candidate(2)) == 4\n    assert sorted([candidate(3)]) == [6]\n',
  },
  {
    name: 'replace a module of the tests',
    program: 'class math:\n    isclose = staticmethod(lambda *a, **k: True)\ndef double(x): return 0',
    tests: 'def check(candidate):\n    assert math.isclose(candidate(2), 4)\n',
  },
  {
    name: 'patch a module of the tests',
    program:
      'import math, unittest\nmath.isclose = lambda *a, **k: True\nunittest.TestCase.assertEqual = lambda *a: None\ndef double(x): return 0',
    tests:
      'import math, unittest\nclass Tests(unittest.TestCase):\n    def test_two(self): self.assertEqual(double(2), 4)\n',
  },
  {
    name: 'take the answer from the frames',
    program: `
import sys
def double(x):
    frame = sys._getframe()
    while frame:
        for value in [*frame.f_locals.values(), *frame.f_globals.values(), *frame.f_code.co_consts]:
            if isinstance(value, str) and ' '.join(['candidate(2)', '==']) in value: return 2 * x
        frame = frame.f_back
    return 0`,
    tests: CHECK,
  },
  {
    name: 'search memory for the tests',
    program: `
import gc
def double(x):
    for each in gc.get_objects():
        if isinstance(each, dict) and any(isinstance(v, str) and ' '.join(['assert', 'candidate']) in v for v in list(each.values())):
            return 2 * x
    return 0`,
    tests: CHECK,
  },
  {
    name: 'search the files for the tests',
    program: `
import os
def double(x):
    for top in ('/tmp', '/proc', '/dev', '/home', '/root', '/mnt', '/opt', '/srv', '/var', '/run'):
        for folder, _, names in os.walk(top):
            for name in names:
                try:
                    if ' '.join(['assert', 'candidate']) in open(os.path.join(folder, name), errors='replace').read(100_000): return 2 * x
                except OSError: pass
    return 0`,
    tests: CHECK,
  },
  {
    name: 'write a verdict to every channel',
    program: `
import json, os
def double(x):
    for nonce in ('', '0' * 32, None):
        verdict = json.dumps({'nonce': nonce, 'verdict': 'correct', 'reason': '', 'message': ''}) + '\\n'
        for descriptor in range(64):
            try: os.write(descriptor, verdict.encode())
            except OSError: pass
    return 0`,
    tests: CHECK,
  },
  {
    name: 'answer ahead of the questions',
    program: `
import json, os
for descriptor in range(64):
    try: os.write(descriptor, b'{"names": {}}\\n{"value": true}\\n' * 10)
    except OSError: pass
def double(x): return 0`,
    tests: CHECK,
  },
  {
    name: 'trace the evaluation',
    program:
      'import sys\nsys.settrace(lambda *a: None)\nsys.setprofile(lambda *a: None)\ndef double(x): return 0',
    tests: CHECK,
  },
  { name: 'raise what tests expect to fail', program: 'def double(x): raise AssertionError()', tests: CHECK },
  {
    name: 'stop the tests',
    program:
      'import os, signal\ndef double(x):\n    for pid in range(1, 100):\n        try: os.kill(pid, signal.SIGTERM)\n        except OSError: pass\n    return 0',
    tests: CHECK,
  },
  {
    name: 'be a class of the name of the function',
    program: 'class double:\n    def __init__(self, x): pass\n    def __eq__(self, other): return True',
    tests: CHECK,
  },
  {
    name: 'return an object of a class that the tests name',
    program:
      'class double:\n    def __eq__(self, other): return True\nyes = double()\ndef check(x): return yes\ndouble.__call__ = lambda self, x: yes\nOriginal = double\ndef double(x): return yes',
    tests: CHECK,
  },
  {
    name: 'a class by another name',
    program:
      "class Yes:\n    def __eq__(self, other): return True\nYes.__name__ = Yes.__qualname__ = 'double'\ndef double(x): return Yes()",
    tests: CHECK,
  },
  {
    name: 'a number of a class of the name of the function',
    program:
      'class double(int):\n    def __new__(cls, x): return int.__new__(cls, 0)\n    def __eq__(self, other): return True\n    __hash__ = int.__hash__',
    tests: CHECK,
  },
  {
    name: 'a class of that name with a difference of zero',
    program:
      'class double:\n    def __init__(self, x): pass\n    def __sub__(self, other): return 0.0\n    __rsub__ = __sub__',
    tests:
      'def check(candidate):\n    assert abs(candidate(2) - 4) < 1e-9\n    assert abs(candidate(3) - 6) < 1e-9\n',
  },
  {
    name: 'a class of that name, smaller and larger than everything',
    program:
      'class double:\n    def __init__(self, x): pass\n    def __lt__(self, other): return True\n    __gt__ = __le__ = __ge__ = __lt__\n    def __abs__(self): return self\n    __sub__ = __rsub__ = __mul__ = lambda self, other: self',
    tests:
      'def check(candidate):\n    assert 3.9 < candidate(2) < 4.1\n    assert abs(candidate(3) - 6) < 1e-9\n',
  },
  {
    name: 'a class of that name that contains everything',
    program:
      'class double(list):\n    def __init__(self, x): pass\n    def __contains__(self, other): return True\n    def __len__(self): return 1',
    tests: 'def check(candidate):\n    assert 4 in candidate(2)\n    assert 6 in candidate(3)\n',
  },
  {
    name: 'a class with a capital where a function is wanted',
    entryPoint: 'Double',
    program: 'class Double:\n    def __init__(self, x): pass\n    def __eq__(self, other): return True',
    tests: 'assert Double(2) == 4\nassert Double(3) == 6\n',
  },
  {
    name: 'an object equal to any object that the tests make',
    program:
      'class Point:\n    def __init__(self, *given): pass\n    def __eq__(self, other): return True\ndef double(point): return Point()',
    tests:
      'def check(candidate):\n    assert candidate(Point(1, 2)) == Point(2, 4)\n    assert Point(2, 4) == candidate(Point(1, 2))\n',
  },
  {
    name: 'an object of a subclass of what the tests make',
    program:
      'class Point:\n    def __init__(self, x): self.x = x\n    def __eq__(self, other): return self.x == other.x\nclass Any(Point):\n    def __eq__(self, other): return True\ndef double(point): return Any(0)',
    tests:
      'def check(candidate):\n    assert Point(1) != Point(2) and Point(1).x == 1\n    assert candidate(Point(1)) == Point(2)\n',
  },
  {
    name: 'a method that returns an object equal to everything',
    entryPoint: 'Solution().double',
    program:
      'class Yes:\n    def __eq__(self, other): return True\nclass Solution:\n    def double(self, x): return Yes()\n    __eq__ = Yes.__eq__',
    tests: 'assert Solution().double(2) == 4\nassert Solution().double(3) == 6\n',
  },
  {
    name: 'an object equal to everything in a list, a mapping and a tuple',
    program:
      'class Yes:\n    def __eq__(self, other): return True\n    def __hash__(self): return 4\ndef double(x): return [Yes()] if x == 2 else {0: (Yes(),)}',
    tests: 'def check(candidate):\n    assert candidate(2) == [4]\n    assert candidate(3) == {0: (6,)}\n',
  },
  {
    name: 'tamper with what is said of an object',
    program: `
import sys
class Yes:
    def __eq__(self, other): return True
for frame in [sys._getframe(n) for n in range(3)]:
    if 'encode' in frame.f_globals:
        frame.f_globals['encode'] = lambda value, opaque: {'t': 'ref', 'v': 0, 'c': ['double', 'check', 'candidate'], 'plain': {'t': 'ref', 'v': 0}}
def double(x): return Yes()`,
    tests: CHECK,
  },
  {
    name: 'JavaScript: a plain object with a value of its own',
    language: 'javascript',
    program:
      'function double(x) { return { valueOf() { return 4 + 2 * this.n++ }, n: 0, toString() { return "4" } } }',
    tests:
      'function check(candidate) {\n  assert(candidate(2) == 4)\n  assert(`${candidate(2)}` === "4")\n}\n',
  },
  {
    name: 'JavaScript: a promise of its own',
    language: 'javascript',
    program: 'function double(x) { return { then(go) { go({ valueOf: () => 4 }) } } }',
    tests: 'async function check(candidate) {\n  assert(await candidate(2) == 4)\n}\n',
  },
  {
    name: 'JavaScript: a list that prints as the answer',
    language: 'javascript',
    program: 'function double(x) { return [{ toString: () => "4" }] }',
    tests: 'function check(candidate) {\n  assert.equal(candidate(2), 4)\n}\n',
  },
  {
    name: 'JavaScript: a proxy for everything',
    language: 'javascript',
    program:
      'function double(x) { return new Proxy(Object(4), { get: (_, key) => key === "then" ? undefined : () => 4 }) }',
    tests: 'function check(candidate) {\n  assert(candidate(2) == 4)\n  assert(candidate(3) >= 4)\n}\n',
  },
  {
    name: 'JavaScript: an instance of everything',
    language: 'javascript',
    program:
      'class double { constructor() { return Object(4) } static [Symbol.hasInstance]() { return true } static [Symbol.toPrimitive]() { return 4 } }',
    tests: JS_CHECK,
  },
  {
    name: 'JavaScript: exit',
    language: 'javascript',
    program: 'function double(x) { process.exit(0) }',
    tests: JS_CHECK,
  },
  {
    name: 'JavaScript: patch assert',
    language: 'javascript',
    program:
      "const assert = require('assert'); for (const key of Object.keys(assert)) assert[key] = () => {}\nfunction double(x) { return 0 }",
    tests: JS_CHECK,
  },
  {
    name: 'JavaScript: an object of many faces',
    language: 'javascript',
    program:
      'class Yes { valueOf() { return 4 } [Symbol.toPrimitive]() { return 4 } toString() { return String(4) } }\nfunction double(x) { return new Yes() }',
    tests: 'function check(candidate) {\n  assert(candidate(2) == 4)\n  assert(candidate(3) == 6)\n}\n',
  },
  {
    name: 'JavaScript: pollute prototypes',
    language: 'javascript',
    program:
      'Object.prototype.toString = Number.prototype.valueOf = () => 4; Object.is = () => true\nfunction double(x) { return JSON.parse(\'{"__proto__": {"x": 1}}\') }',
    tests: JS_CHECK,
  },
]
