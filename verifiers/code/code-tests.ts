import { z } from 'zod'

/**
 * The tests of a code problem. They travel as JSON text in `answers` of the problem; text that is no JSON object is
 * taken for Python tests, as MBPP and HumanEval have them.
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
    cases: z.array(z.strictObject({ input: z.string(), output: z.string() })).min(1),
  }),
])
export type CodeTests = z.infer<typeof CodeTests>
export type FunctionTests = Extract<CodeTests, { tests: string }>
export type StdioTests = Extract<CodeTests, { kind: 'stdio' }>
export type Language = 'python' | 'javascript'

/** Reads one reference answer; `undefined` when it holds no tests. */
export function readCodeTests(answer: string): CodeTests | undefined {
  const text = answer.trim()
  if (text === '') return undefined
  if (!text.startsWith('{')) return { kind: 'python', tests: text, entry_point: '' }
  const parsed = CodeTests.safeParse(jsonOf(text))
  return parsed.success ? parsed.data : undefined
}

/** The language a program must be written in to be tested. */
export function languageOf(tests: CodeTests): Language {
  return tests.kind === 'stdio' ? tests.language : tests.kind
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
