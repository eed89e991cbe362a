import { z } from 'zod'
import { parsedExactly } from './exact-json.ts'
import { foreignTests } from './foreign-tests.ts'

/** A run; datasets say in one of two members that it is one. */
const Run = z.strictObject({ input: z.string(), output: z.string() })
const SaidRun = Run.extend({
  type: z.literal(['stdin', 'stdin_stdout']).nullish(),
  testtype: z.literal(['stdin', 'stdin_stdout']).nullish(),
}).transform(({ input, output }): z.infer<typeof Run> => ({ input, output }))

/**
 * The tests of a code problem. They travel as text in `answers` of the problem: Python tests as they are, or JSON, either
 * of this form or of one that well-known datasets have (`foreign-tests.ts`).
 */
export const CodeTests = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal(['python', 'javascript']),
    /** A `check(candidate)` function, bare assertions, `test_…` functions or unittest classes. */
    tests: z.string().min(1),
    /** The function that the tests are about; by default the one that every bare assertion calls. */
    entry_point: z.string().default(''),
  }),
  z.strictObject({
    kind: z.literal('stdio'),
    language: z.enum(['python', 'javascript']).default('python'),
    cases: z.array(SaidRun).min(1),
    /**
     * A Python program with `check(input, output, expected)`, which returns whether the output is right; for problems
     * with several right outputs.
     */
    checker: z.string().min(1).optional(),
  }),
])
export type CodeTests = z.infer<typeof CodeTests>
export type FunctionTests = Extract<CodeTests, { tests: string }>
export type StdioTests = Extract<CodeTests, { kind: 'stdio' }>
export type Language = 'python' | 'javascript'

/** Reads one reference answer; `undefined` when it holds no tests. */
export function readCodeTests(answer: string): CodeTests | undefined {
  return codeTestsOf(answer)
}

/**
 * Tests from what a dataset has: text, a list of assertions (all of them must hold), or any of the shapes.
 *
 * @param entryPoint of tests that do not name theirs
 */
export function codeTestsOf(value: unknown, entryPoint = ''): CodeTests | undefined {
  if (typeof value === 'string') {
    const text = value.trim()
    if (text === '') return undefined
    const described = /^[[{]/u.test(text) ? parsedExactly(text) : undefined
    if (typeof described === 'object' && described !== null) return codeTestsOf(described, entryPoint)
    // Nothing of Python begins with a brace and is a test.
    return text.startsWith('{') ? undefined : { kind: 'python', tests: text, entry_point: entryPoint }
  }
  const own = CodeTests.safeParse(value)
  if (own.success) return withEntryPoint(own.data, entryPoint)
  const foreign = foreignTests(value, entryPoint)
  return foreign === undefined ? undefined : CodeTests.safeParse(foreign).data
}

/** The language a program must be written in to be tested. */
export function languageOf(tests: CodeTests): Language {
  return tests.kind === 'stdio' ? tests.language : tests.kind
}

function withEntryPoint(tests: CodeTests, entryPoint: string): CodeTests {
  return tests.kind === 'stdio' || tests.entry_point !== '' ? tests : { ...tests, entry_point: entryPoint }
}
