/** Tests of programs in a form that problem files have, with a program that passes them and one that does not. */
export type CodeExample = {
  set: string
  /** What the row of the file holds beside the prompt. */
  row: Record<string, unknown>
  right: string
  wrong: string
}

const doubles = 'print(2 * int(input()))'
const triples = 'print(3 * int(input()))'
const double = 'def double(x):\n    return 2 * x'
const same = 'def double(x):\n    return x'

/** Every form of the page; a test of the sandbox runs each with both of its programs. */
export const codeExamples: readonly CodeExample[] = [
  {
    set: 'MBPP: a list of assertions, all of which must hold, with what stands before them',
    row: {
      test_list: ['assert double(4) == 8', 'assert double(0) == 0'],
      test_imports: ['import math'],
    },
    right: double,
    wrong: same,
  },
  {
    set: 'HumanEval: `check(candidate)` and the name of the function',
    row: { test: 'def check(candidate):\n    assert candidate(4) == 8', entry_point: 'double' },
    right: double,
    wrong: same,
  },
  {
    set: 'the same, with a `check` that returns whether the program is right: `False` is wrong, `None` is right as where it asserts',
    row: { test: 'def check(candidate):\n    return candidate(4) == 8', entry_point: 'double' },
    right: double,
    wrong: same,
  },
  {
    set: 'APPS and TACO: inputs and outputs of whole programs, one for one',
    row: { input_output: '{"inputs": ["4\\n", "0\\n"], "outputs": ["8\\n", "0\\n"]}' },
    right: doubles,
    wrong: triples,
  },
  {
    set: 'the same, of calls of a function',
    row: { input_output: '{"fn_name": "double", "inputs": [[4], [0]], "outputs": [8, 0]}' },
    right: double,
    wrong: same,
  },
  {
    set: 'LiveCodeBench: public and private cases, of whole programs or of a function',
    row: {
      public_test_cases: '[{"input": "4\\n", "output": "8\\n", "testtype": "stdin"}]',
      private_test_cases: '[{"input": "5\\n", "output": "10\\n", "testtype": "stdin"}]',
      metadata: '{}',
    },
    right: doubles,
    wrong: triples,
  },
  {
    set: 'several right outputs: a `checker`, a Python program with `check(input, output, expected)` that returns `True` or `False` for each output',
    row: {
      tests: {
        kind: 'stdio',
        cases: [{ input: '8\n', output: '3 5\n' }],
        checker:
          'def check(input, output, expected):\n    parts = output.split()\n    return len(parts) == 2 and sum(map(int, parts)) == int(input)',
      },
    },
    right: 'n = int(input())\nprint(1, n - 1)',
    wrong: 'n = int(input())\nprint(1, n)',
  },
  {
    set: 'a program of JavaScript',
    row: { tests: { kind: 'javascript', tests: 'assert.equal(double(4), 8)', entry_point: 'double' } },
    right: 'function double(x) { return 2 * x }',
    wrong: 'function double(x) { return x }',
  },
]

/** `docs/code-tests.md`: in which forms tests of programs are read. */
export function codeTestsPage(): string {
  return [
    '# Tests of programs',
    'Made from the code by `npm run docs`; `npm run test:sandbox` runs every example with both of its programs. Rows of the task `code` have their tests in the columns below, or in one that `problems.fields.answer` names.',
    'A list of tests means that all of them must hold; `any of these` does not exist for programs. Each suite is first run against programs that are wrong by nature: one that such a program passes is `gold_unparseable`, because it decides nothing. A checker that accepts nonsense is treated alike. Printed decimals are right within 1e-6; a library that the machine lacks makes a verdict `undecided`.',
    'What is not understood of a form is no test: a member that nobody knows makes the row one without a reference, and it is named.',
    ...codeExamples.flatMap(({ set, row, right, wrong }) => [
      `## ${set[0]!.toUpperCase()}${set.slice(1)}`,
      fenced('json', JSON.stringify(row, null, 2)),
      `Right and wrong:`,
      fenced(language(row), right),
      fenced(language(row), wrong),
    ]),
  ].join('\n\n')
}

function language(row: CodeExample['row']): string {
  return JSON.stringify(row).includes('"javascript"') ? 'js' : 'python'
}

function fenced(info: string, text: string): string {
  return `\`\`\`${info}\n${text}\n\`\`\``
}
