import { availableParallelism } from 'node:os'
import type { ProblemMeans } from '../../../filters/filter.ts'
import type { Task } from '../../../schemas/problem.ts'
import { openVerifierPool, type VerifierPool } from '../../../verifiers/pool/pool.ts'
import { verifiers } from '../../../verifiers/registry.ts'
import type { Recipe } from '../../recipe/recipe.ts'
import type { Reporter } from '../../reporter/reporter.ts'

/** Reference answers through their own verifiers. Threads are started for the first one, so that a set without any starts none. */
export function openGoldPool({ verify }: Recipe, reporter: Reporter): ProblemMeans & AsyncDisposable {
  let pool: VerifierPool | undefined
  return {
    async verifyGolds(problems) {
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
    },
    async [Symbol.asyncDispose]() {
      await pool?.close()
    },
  }
}

/** What decides about the references beside the problems: each verifier, its version and options. */
export function verifierVersions({ verify }: Recipe): unknown {
  const options = verifierOptions(verify)
  return verifiers.map(({ name, version }) => [name, version, options[name]])
}

function verifierOptions(verify: Readonly<Record<string, unknown>>): Partial<Record<Task, unknown>> {
  return Object.fromEntries(verifiers.map(({ name }) => [name, verify[name]]))
}
