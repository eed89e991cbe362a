import { resultWithout } from '../pool/pool-protocol.ts'
import type { VerifierResult } from '../../schemas/verdict.ts'
import type { AsyncVerifier, VerifierInput } from '../verifier.ts'
import { CodeOptions } from './code-options.ts'
import { languageOf, readCodeTests } from './code-tests.ts'
import type { CodeTests } from './code-tests.ts'
import { extractProgram } from './extract-program.ts'
import { runFunctionTests } from './run-function-tests.ts'
import { runStdioTests } from './run-stdio-tests.ts'
import { checkSuite } from './suite-check.ts'
import type { TestOutcome } from './test-outcome.ts'

/**
 * Runs the program of an answer against the problem's tests; several references are several suites, and all must hold. The
 * caller bounds how many run at once and has called
 * `requireSandbox` before. An endless program is the program's failure, `incorrect` with reason `time_limit`; trouble
 * with the sandbox itself is `error`.
 *
 * What a program cannot do, whatever it contains: reach files, the network, the environment or processes of this
 * machine, outlive its check, or use more than its limits. What it cannot forge: it never shares a process or a sandbox
 * with the tests, so ending early, patching `assert` or `unittest`, reading the tests' text, walking frames, finding the
 * nonce or writing to the result channel all miss; results arrive as plain data, so an object that claims to equal
 * everything is compared by what it is, or the verdict is `undecided`.
 *
 * Tests count only when they can fail: they are first run against programs that are wrong by nature (`checkSuite`).
 *
 * What is not covered: a program that has learnt the tests' inputs by heart; operators of objects that the tests make of a
 * class that they name, and functions other than the entry point that the tests take from the program, are believed; a
 * defect of the kernel's namespaces. Memory and CPU are limited per process, so `processes` times `memory_mb` bounds a sandbox;
 * put the whole run into a control group where that is too much.
 *
 * Tests that need the program in their own process (they patch its globals, hand it objects of classes that they define) are `undecided` with reason `tests_need_the_same_process`.
 */
export async function verifyCode(input: VerifierInput, options: CodeOptions): Promise<VerifierResult> {
  if (input.answers.length === 0) return resultWithout('gold_unparseable', 'no_gold')
  const suites = input.answers.map(readCodeTests)
  const readable = suites.filter((tests) => tests !== undefined)
  if (readable.length < suites.length) return resultWithout('gold_unparseable', 'tests_unreadable')
  let result: VerifierResult | undefined
  for (const tests of readable) {
    result = await verifyWith(tests, input, options)
    if (result.verdict !== 'correct') return result
  }
  return result!
}

/** The code verifier as the pipeline takes it. */
export const codeVerifier: AsyncVerifier<CodeOptions> = {
  name: 'code',
  version: '3',
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
  const { fault, believe } = await checkSuite(tests, options)
  const outcome =
    fault ??
    (tests.kind === 'stdio'
      ? await runStdioTests(found.program, tests, options)
      : await runFunctionTests(found.program, tests, options, { believe }))
  const { verdict, reason } = settled(outcome, tests, input.prompt)
  const path = tests.kind === 'stdio' ? `${tests.language}_stdio` : `${tests.kind}_tests`
  return { verdict, extracted: found.program, extraction: found.extraction, path, reason }
}

/** Problems that ask for any of several right answers, and tests that know one of them. */
const ANY_ANSWER =
  /\b(?:(?:any|either) (?:one )?(?:of (?:them|these|those|the)|valid|correct|such|order|suitable)|(?:multiple|several|many|more than one) (?:\w+ )?(?:answers?|solutions?|outputs?))\b/iu

function settled(outcome: TestOutcome, tests: CodeTests, prompt: string): TestOutcome {
  const one = tests.kind !== 'stdio' || tests.checker === undefined
  return one && outcome.reason === 'wrong_answer' && ANY_ANSWER.test(prompt)
    ? { ...outcome, verdict: 'undecided', reason: 'several_answers' }
    : outcome
}
