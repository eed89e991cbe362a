import type { Task } from '../schemas/problem.ts'
import { codeVerifier } from './code/verify-code.ts'
import { verifiers } from './registry.ts'
import type { AsyncVerifier } from './verifier.ts'

/** Every verifier that starts processes; those that only compute are in `registry.ts`, which the worker threads load. */
export const asyncVerifiers: readonly AsyncVerifier[] = [codeVerifier]

/** Name, version and options of every verifier of both registries. */
export const allVerifiers = [...verifiers, ...asyncVerifiers].map(({ name, version, options }) => ({
  name,
  version,
  options,
}))

/** Which verifier checks a task's answers and in which version, both empty for a task that is not checked. */
export function verifierOf(task: Task): { name: string; version: string } {
  return allVerifiers.find((verifier) => verifier.name === task) ?? { name: '', version: '' }
}
