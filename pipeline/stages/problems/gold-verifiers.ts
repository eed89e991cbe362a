import { z } from 'zod'
import type { Task } from '../../../schemas/problem.ts'
import { readCodeTests } from '../../../verifiers/code/code-tests.ts'
import { goldSelfCheck } from '../../../verifiers/gold-self-check.ts'
import { resultWithout } from '../../../verifiers/pool/pool-protocol.ts'
import { findVerifier as findAnswerVerifier } from '../../../verifiers/registry.ts'
import type { Verifier } from '../../../verifiers/verifier.ts'

/** The registry of the gold check's workers: each task's verifier, which looks at the references instead of an answer. */
export function findVerifier(task: Task): Verifier | undefined {
  if (task === 'code') return codeTests
  const verifier = findAnswerVerifier(task)
  return verifier && { ...verifier, verify: (input, options) => goldSelfCheck(verifier, input, options) }
}

/** Tests can be read or not; whether they are right would take a solution that is known to be. */
const codeTests: Verifier = {
  name: 'code',
  version: '1',
  options: z.unknown(),
  instruction: '',
  verify: ({ answers }) =>
    answers.every((answer) => readCodeTests(answer) !== undefined)
      ? resultWithout('correct', '')
      : resultWithout('gold_unparseable', 'tests_unreadable'),
}
