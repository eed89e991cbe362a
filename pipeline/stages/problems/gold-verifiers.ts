import type { Task } from '../../../schemas/problem.ts'
import { goldSelfCheck } from '../../../verifiers/gold-self-check.ts'
import { findVerifier as findAnswerVerifier } from '../../../verifiers/registry.ts'
import type { Verifier } from '../../../verifiers/verifier.ts'

/** The registry of the gold check's workers: each task's verifier, which looks at the references instead of an answer. */
export function findVerifier(task: Task): Verifier | undefined {
  const verifier = findAnswerVerifier(task)
  return verifier && { ...verifier, verify: (input, options) => goldSelfCheck(verifier, input, options) }
}
