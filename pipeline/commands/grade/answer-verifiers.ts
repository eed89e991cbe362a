import type { Task } from '../../../schemas/problem.ts'
import type { VerifierResult } from '../../../schemas/verdict.ts'
import { splitContent } from '../../../teachers/reply/split-content.ts'
import { resultWithout } from '../../../verifiers/pool/pool-protocol.ts'
import { findVerifier as findPlainVerifier } from '../../../verifiers/registry.ts'
import type { Verifier } from '../../../verifiers/verifier.ts'

/**
 * The registry of the pool's workers for raw outputs: the project's verifiers, with reasoning in think tags or harmony
 * messages taken off first. It is done there because raw text may be anything, and only a worker can be killed.
 *
 * For `code` the result is no verdict: `extracted` is the text that is left, for the sandbox to test.
 */
export function findVerifier(task: Task): Verifier | undefined {
  const verifier = task === 'code' ? textOnly(findPlainVerifier('text')!) : findPlainVerifier(task)
  return (
    verifier && {
      ...verifier,
      verify: (input, options) => {
        const answer = answerOf(input.output)
        return typeof answer === 'string' ? verifier.verify({ ...input, output: answer }, options) : answer
      },
    }
  )
}

/** The answer of a raw output, or the verdict on one that ends before it gives any. */
function answerOf(output: string): string | VerifierResult {
  const split = splitContent(output)
  if (split === undefined) return output
  if (split.answer.trim() !== '') return split.answer
  return resultWithout('no_answer', split.closed ? 'stop_in_think' : 'cut_in_think')
}

function textOnly(verifier: Verifier): Verifier {
  return {
    ...verifier,
    name: 'code',
    verify: ({ output }) => ({ ...resultWithout('undecided', ''), extracted: output }),
  }
}
