import type { CodeOptions } from './code-options.ts'
import type { CodeTests, StdioTests } from './code-tests.ts'
import { checkOutputs } from './check-outputs.ts'
import { sameOutput } from './compare-output.ts'
import { stubSource } from './inside-sources.ts'
import { runFunctionTests } from './run-function-tests.ts'
import type { TestOutcome } from './test-outcome.ts'

/** Wrong programs, by their names in `inside/stubs.*`; those that are wrong whatever is asked come first. */
const STUBS = {
  python: 'nothing raises thing true false zero one text list tuple mapping argument agreeable'.split(' '),
  javascript: 'nothing raises thing null true false zero one text list mapping argument'.split(' '),
}
/** Right answers of a function without arguments may be any constant, but not these. */
const ALWAYS_WRONG = new Set(['nothing', 'raises', 'thing'])
const REMEMBERED = 4_096

/** What is known about the tests of a problem before any program is run. */
export type SuiteCheck = {
  /** Why they are no use for any program; `undefined` where they are, and where it could not be found out. */
  fault: TestOutcome | undefined
  /** Whether they fail a class that says yes to everything, so that a class may be asked how its objects compare. */
  believe: boolean
}

const known = new Map<string, Promise<SuiteCheck>>()

/**
 * Whether tests are of use: they are not when they cannot be read, ask the program nothing, or cannot fail, which is found
 * by running them against programs that are wrong by nature. Answers to the same problem are checked one after the other,
 * so what was found is remembered.
 */
export function checkSuite(tests: CodeTests, options: CodeOptions): Promise<SuiteCheck> {
  const key = JSON.stringify([tests, options])
  let found = known.get(key)
  if (found === undefined) {
    if (known.size >= REMEMBERED) known.delete(known.keys().next().value!)
    found = checked(tests, options)
    known.set(key, found)
  }
  return found
}

async function checked(tests: CodeTests, options: CodeOptions): Promise<SuiteCheck> {
  const outcome = await outcomeOf(tests, options)
  return {
    fault: outcome?.verdict === 'gold_unparseable' ? outcome : undefined,
    believe: outcome?.reason === 'operators_tested',
  }
}

async function outcomeOf(tests: CodeTests, options: CodeOptions): Promise<TestOutcome | undefined> {
  if (tests.kind === 'stdio') return runsOutcome(tests, options)
  const source = stubSource(tests.kind)
  if (tests.kind === 'python') return runFunctionTests(source, tests, options, { stubs: STUBS.python })
  for (const stub of STUBS.javascript) {
    const outcome = await runFunctionTests(`const STUB = '${stub}'\n${source}`, tests, options)
    if (outcome.verdict === 'gold_unparseable') return outcome
    const counts = outcome.gaveArguments === true || ALWAYS_WRONG.has(stub)
    if (outcome.verdict === 'correct' && counts) return cannotFail(stub)
  }
  return undefined
}

/** Outputs are compared in this process, which can fail; where nothing at all is expected a program that is silent passes. */
async function runsOutcome(
  { cases, checker }: StdioTests,
  options: CodeOptions,
): Promise<TestOutcome | undefined> {
  if (checker !== undefined) return checkOutputs(checker, cases, [], options)
  return cases.every(({ output }) => sameOutput(output, '')) ? cannotFail('nothing') : undefined
}

function cannotFail(stub: string): TestOutcome {
  const detail = `passed by a program that is wrong: ${stub}`
  return { verdict: 'gold_unparseable', reason: 'tests_cannot_fail', detail }
}
