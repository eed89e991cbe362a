import { resultWithout } from '../pool/pool-protocol.ts'
import type { VerifierResult } from '../../schemas/verdict.ts'
import type { AsyncVerifier, VerifierInput } from '../verifier.ts'
import { CodeOptions } from './code-options.ts'
import { languageOf, readCodeTests } from './code-tests.ts'
import type { CodeTests } from './code-tests.ts'
import { extractProgram } from './extract-program.ts'
import { runFunctionTests } from './run-function-tests.ts'
import { runStdioTests } from './run-stdio-tests.ts'

/**
 * Runs the program of an answer against the problem's tests. The caller bounds how many run at once and has called
 * `requireSandbox` before. An endless program is the program's failure, `incorrect` with reason `time_limit`; trouble
 * with the sandbox itself is `error`.
 *
 * What a program cannot do, whatever it contains: reach files, the network, the environment or processes of this
 * machine, outlive its check, or use more than its limits. What it cannot forge: it never shares a process or a sandbox
 * with the tests, so ending early, patching `assert` or `unittest`, reading the tests' text, walking frames, finding the
 * nonce or writing to the result channel all miss; results arrive as plain data, so an object that claims to equal
 * everything is compared by what it is, or the verdict is `undecided`.
 *
 * What is not covered: a program that has learnt the tests' inputs by heart; operators of a class that the tests name
 * themselves, and functions other than the entry point that the tests take from the program, are believed; a defect of
 * the kernel's namespaces. Memory and CPU are limited per process, so `processes` times `memory_mb` bounds a sandbox;
 * put the whole run into a control group where that is too much.
 *
 * Tests that need the program in their own process (they patch its globals, capture its prints, hand it objects of
 * classes that they define) are `undecided` with reason `tests_need_the_same_process`.
 */
export async function verifyCode(input: VerifierInput, options: CodeOptions): Promise<VerifierResult> {
  const references = input.answers.map(readCodeTests)
  const readable = references.filter((tests) => tests !== undefined)
  if (readable.length === 0) {
    return resultWithout('gold_unparseable', references.length === 0 ? 'no_gold' : 'tests_unreadable')
  }
  let result: VerifierResult | undefined
  for (const tests of readable) {
    result = await verifyWith(tests, input, options)
    if (result.verdict === 'correct') return result
  }
  return result!
}

/** The code verifier as the pipeline takes it. */
export const codeVerifier: AsyncVerifier<CodeOptions> = {
  name: 'code',
  version: '2',
  options: CodeOptions,
  instruction: 'Put the final program in one fenced code block.',
  verify: verifyCode,
}

async function verifyWith(
  tests: CodeTests,
  input: VerifierInput,
  options: CodeOptions,
): Promise<VerifierResult> {
  const found = extractProgram(input.output, {
    language: languageOf(tests),
    entryPoint: tests.kind === 'stdio' ? '' : tests.entry_point,
    bare: input.bare ?? false,
  })
  if (found === undefined) return resultWithout('no_answer', 'no_program')
  const { verdict, reason } =
    tests.kind === 'stdio'
      ? await runStdioTests(found.program, tests, options)
      : await runFunctionTests(found.program, tests, options)
  const path = tests.kind === 'stdio' ? `${tests.language}_stdio` : `${tests.kind}_tests`
  return { verdict, extracted: found.program, extraction: found.extraction, path, reason }
}
