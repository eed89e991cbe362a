import PQueue from 'p-queue'
import { UsageError } from '../../schemas/errors.ts'
import type { VerifierResult } from '../../schemas/verdict.ts'
import { resultWithout } from '../pool/pool-protocol.ts'
import type { CodeOptions } from './code-options.ts'
import { readCodeTests } from './code-tests.ts'
import { requireSandbox } from './probe-sandbox.ts'
import { checkSuite } from './suite-check.ts'

/** The tests of code problems, looked at before any program is asked for. */
export type CodeGolds = {
  /**
   * `correct` for tests that can be read and can fail; whether they are right would take a program that is known to be.
   *
   * @param answers of one problem
   */
  check(answers: readonly string[]): Promise<VerifierResult>
}

/**
 * Where the sandbox does not hold, tests are only read, and `onUnavailable` is told so once: a run that is to check
 * programs is refused later anyway.
 *
 * @param concurrency sandboxes at the same time
 */
export function openCodeGolds(
  options: CodeOptions,
  concurrency: number,
  onUnavailable: (why: string) => void,
): CodeGolds {
  const queue = new PQueue({ concurrency })
  let available: Promise<boolean> | undefined

  return {
    async check(answers) {
      const suites = answers.map(readCodeTests)
      const readable = suites.filter((tests) => tests !== undefined)
      if (readable.length < suites.length) return resultWithout('gold_unparseable', 'tests_unreadable')
      available ??= isAvailable()
      if (!(await available)) return resultWithout('correct', '')
      for (const tests of readable) {
        const { fault } = await queue.add(() => checkSuite(tests, options))
        if (fault !== undefined) return resultWithout('gold_unparseable', fault.reason)
      }
      return resultWithout('correct', '')
    },
  }

  async function isAvailable(): Promise<boolean> {
    try {
      await requireSandbox(options)
      return true
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      onUnavailable(error.message)
      return false
    }
  }
}
