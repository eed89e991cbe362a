import { describe, expect, it } from 'vitest'
import { CodeOptions } from '../../verifiers/code/code-options.ts'
import { verifyCode } from '../../verifiers/code/verify-code.ts'
import { sandboxMissing } from './sandbox-available.ts'

const options = CodeOptions.parse({ cpu_seconds: 1, wall_seconds: 3, output_mb: 1 })
const doubling = [
  { input: '3\n', output: '6\n' },
  { input: '4\n', output: '8' },
]

async function verdictOf(
  program: string,
  language: 'python' | 'javascript',
  cases = doubling,
): Promise<string> {
  const answers = [JSON.stringify({ kind: 'stdio', language, cases })]
  const input = { prompt: '', answers, choices: [], output: program, bare: true }
  const { verdict, reason } = await verifyCode(input, options)
  return reason === '' ? verdict : `${verdict}: ${reason}`
}

describe.skipIf(sandboxMissing)('a whole program', () => {
  it.each([
    ['print(2 * int(input()))', 'correct'],
    ['import sys\nfor line in sys.stdin: print(2 * int(line), " ")', 'correct'],
    ['print(2 * int(open("/dev/stdin").read()))', 'correct'],
    ['if __name__ == "__main__":\n    print(2 * int(input()))', 'correct'],
    ['print(6)', 'incorrect: wrong_answer'],
    ['', 'no_answer: no_program'],
    ['print(2 * int(input()))\nraise SystemExit(1)', 'incorrect: runtime_error'],
    ['print(2 * int(input())', 'incorrect: runtime_error'],
    ['while True: pass', 'incorrect: time_limit'],
    ['import time\ntime.sleep(60)', 'incorrect: time_limit'],
    ['while True: print("x" * 1000)', 'incorrect: output_limit'],
    ['import os\nos.kill(os.getppid(), 9)', 'incorrect: crashed'],
    [
      'import os\nfor fd in range(64):\n    try: os.write(fd, b\'{"code": 0, "output": "6"}\\n\')\n    except OSError: pass',
      'incorrect: wrong_answer',
    ],
    ['print(6 if not __import__("os").path.exists("/tmp/seen") else 8); open("/tmp/seen", "w")', 'correct'],
  ])('in Python: %j is %s', async (program, expected) => {
    expect(await verdictOf(program, 'python')).toBe(expected)
  })

  it.each([
    ['const n = +require("fs").readFileSync(0, "utf8"); console.log(2 * n)', 'correct'],
    ['const n = +require("fs").readFileSync("/dev/stdin", "utf8"); console.log(2 * n)', 'correct'],
    [
      'require("readline").createInterface({ input: process.stdin }).on("line", (n) => console.log(2 * n))',
      'correct',
    ],
    ['console.log(6)', 'incorrect: wrong_answer'],
    ['process.exit(0)', 'incorrect: wrong_answer'],
    ['throw new Error("no")', 'incorrect: runtime_error'],
    ['for (;;) {}', 'incorrect: time_limit'],
    ['for (;;) require("fs").writeSync(1, "x".repeat(10000))', 'incorrect: output_limit'],
  ])('in JavaScript: %j is %s', async (program, expected) => {
    expect(await verdictOf(program, 'javascript')).toBe(expected)
  })

  it.each([
    ['import no_such_library\nprint(6)', 'python', 'undecided: library_missing'],
    ['require("no-such-library"); console.log(6)', 'javascript', 'undecided: library_missing'],
    ['import sys; sys.exit("No module named x")', 'python', 'incorrect: runtime_error'],
    ['print(6 * 10**5000 // 10**5000)', 'python', 'incorrect: wrong_answer'],
    ['print(2.0 * int(input()))', 'python', 'correct'],
  ] as const)('%j in %s is %s', async (program, language, expected) => {
    expect(await verdictOf(program, language)).toBe(expected)
  })

  it('may write integers of any length', async () => {
    const cases = [{ input: '5000', output: `1${'0'.repeat(5000)}` }]
    expect(await verdictOf('print(10 ** int(input()))', 'python', cases)).toBe('correct')
  })

  it('is started afresh for each input', async () => {
    const cases = Array.from({ length: 20 }, (_, index) => ({
      input: `${index}\n`,
      output: `${2 * index}\n`,
    }))
    expect(await verdictOf('n = 0\nn += 2 * int(input())\nprint(n)', 'python', cases)).toBe('correct')
  })
})

describe.skipIf(sandboxMissing)('a problem with several right outputs', () => {
  const checker = `def check(input, output, expected):
    a, b = map(int, output.split())
    return a + b == int(input)`
  const cases = [
    { input: '5', output: '1 4' },
    { input: '7', output: '3 4' },
  ]

  async function checkedBy(source: string, program: string): Promise<string> {
    const answers = [JSON.stringify({ kind: 'stdio', cases, checker: source })]
    const input = { prompt: '', answers, choices: [], output: program, bare: true }
    const { verdict, reason } = await verifyCode(input, options)
    return reason === '' ? verdict : `${verdict}: ${reason}`
  }

  it.each([
    ['print(0, input())', 'correct'],
    ['print(2, 3)', 'incorrect: wrong_answer'],
    ['print(input())', 'undecided: checker_failed'],
  ])('is judged by its checker: %j is %s', async (program, expected) => {
    expect(await checkedBy(checker, program)).toBe(expected)
  })

  it.each([
    ['def check(input, output, expected): return True', 'gold_unparseable: tests_cannot_fail'],
    ['def check(input, output, expected): pass', 'gold_unparseable: tests_unreadable'],
    ['def check(output', 'gold_unparseable: tests_unreadable'],
    ['x = 1', 'gold_unparseable: tests_unreadable'],
    [
      'def check(input, output):\n    assert sum(map(int, output.split())) == int(input)\n    return True',
      'correct',
    ],
  ])('the checker %j: %s', async (source, expected) => {
    expect(await checkedBy(source, 'print(0, input())')).toBe(expected)
  })

  it('without a checker: the output that the tests know is right, of any other nothing is known', async () => {
    const answers = [JSON.stringify({ kind: 'stdio', cases: [{ input: '5', output: '1 4' }] })]
    const input = {
      prompt: 'If there are several answers, print any of them.',
      answers,
      choices: [],
      bare: true,
    }
    const verdict = async (output: string): Promise<string> =>
      (await verifyCode({ ...input, output }, options)).verdict
    expect([await verdict('print(1, 4)'), await verdict('print(2, 3)')]).toEqual(['correct', 'undecided'])
  })
})
