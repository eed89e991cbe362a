import type { Task } from '../schemas/problem.ts'
import { codeVerifier } from './code/verify-code.ts'
import { verifiers } from './registry.ts'
import type { AsyncVerifier } from './verifier.ts'

/** Every verifier that starts processes; those that only compute are in `registry.ts`, which the worker threads load. */
const asyncVerifiers: readonly AsyncVerifier[] = [codeVerifier]

/** Name, version, options and instruction of every verifier of both registries. */
export const allVerifiers = [...verifiers, ...asyncVerifiers].map(
  ({ name, version, options, instruction }) => ({ name, version, options, instruction }),
)

/** Every task that a problem may name. */
export const taskNames: readonly Task[] = [...allVerifiers.map(({ name }) => name), 'none']

/**
 * What is asked of every arm beside the problem, by task. One text for all arms, so that two rows of a pair differ in
 * nothing but the teacher or its mode.
 */
export const defaultInstructions: Readonly<Record<Task, string>> = {
  ...Object.fromEntries(allVerifiers.map(({ name, instruction }) => [name, instruction])),
  none: '',
}

/** Which verifier checks a task's answers and in which version, both empty for a task that is not checked. */
export function verifierOf(task: Task): { name: string; version: string } {
  return allVerifiers.find((verifier) => verifier.name === task) ?? { name: '', version: '' }
}
