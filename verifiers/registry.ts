import type { Task } from '../schemas/problem.ts'
import { choiceVerifier } from './choice/choice.ts'
import { mathVerifier } from './math/math.ts'
import { numericVerifier } from './numeric.ts'
import { textVerifier } from './text.ts'
import type { Verifier } from './verifier.ts'

/** Every verifier; a new one is a file and a line here. */
export const verifiers: readonly Verifier[] = [mathVerifier, choiceVerifier, numericVerifier, textVerifier]

/** The verifier that checks a task's answers, `undefined` for a task that is not checked. */
export function findVerifier(task: Task): Verifier | undefined {
  return verifiers.find((verifier) => verifier.name === task)
}
