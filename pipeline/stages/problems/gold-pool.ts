import { availableParallelism } from 'node:os'
import type { ProblemMeans } from '../../../filters/filter.ts'
import type { Problem, Task } from '../../../schemas/problem.ts'
import type { VerifierResult } from '../../../schemas/verdict.ts'
import { openCodeGolds } from '../../../verifiers/code/code-golds.ts'
import { CodeOptions } from '../../../verifiers/code/code-options.ts'
import { codeVerifier } from '../../../verifiers/code/verify-code.ts'
import { openVerifierPool, type VerifierPool } from '../../../verifiers/pool/pool.ts'
import { verifiers } from '../../../verifiers/registry.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import type { Reporter } from '../../reporter/reporter.ts'

/**
 * Reference answers through their own verifiers: tests of programs in sandboxes, all others in threads, which are started
 * for the first one, so that a set without any starts none.
 */
export function openGoldPool(
  { verify }: Recipe,
  reporter: Reporter,
): Pick<ProblemMeans, 'verifyGolds'> & AsyncDisposable {
  let pool: VerifierPool | undefined
  const sections: Readonly<Record<string, unknown>> = verify
  const codeGolds = openCodeGolds(CodeOptions.parse(sections['code'] ?? {}), availableParallelism(), (why) =>
    reporter.warn(`the tests of code problems were only read, not tried on programs that are wrong: ${why}`),
  )
  return {
    async verifyGolds(problems) {
      const [suites, others] = await Promise.all([
        Promise.all(problems.filter(isCode).map(({ answers }) => codeGolds.check(answers))),
        inThreads(problems.filter((problem) => !isCode(problem))),
      ])
      return problems.map((problem) => (isCode(problem) ? suites : others).shift()!)
    },
    async [Symbol.asyncDispose]() {
      await pool?.close()
    },
  }

  async function inThreads(problems: readonly Problem[]): Promise<VerifierResult[]> {
    if (problems.length === 0) return []
    pool ??= openVerifierPool({
      workers: verify.workers ?? Math.max(1, availableParallelism() - 1),
      timeoutMs: verify.timeout_ms,
      options: verifierOptions(verify),
      registry: new URL('gold-verifiers.ts', import.meta.url).href,
      onFailure: ({ task, reason, message }) =>
        reporter.warn(`a ${task} reference could not be checked (${reason}): ${message}`),
    })
    return pool.verify(
      problems.map(({ task, prompt, answers, choices }) => ({
        task,
        input: { prompt, answers, choices, output: '' },
      })),
    )
  }
}

function isCode({ task }: Problem): boolean {
  return task === codeVerifier.name
}

/** What decides about the references beside the problems: each verifier, its version and options. */
export function verifierVersions({ verify }: Recipe): unknown {
  const options: Readonly<Record<string, unknown>> = verify
  return [...verifiers, codeVerifier].map(({ name, version }) => [name, version, options[name]])
}

function verifierOptions(verify: Readonly<Record<string, unknown>>): Partial<Record<Task, unknown>> {
  return Object.fromEntries(verifiers.map(({ name }) => [name, verify[name]]))
}
