import type { z } from 'zod'
import type { Task } from '../../schemas/problem.ts'
import type { VerifierResult } from '../../schemas/verdict.ts'
import type { VerifierInput } from '../verifier.ts'

/** A verifier that starts processes instead of computing: it has no place in the worker pool and a concurrency of its own. */
export type AsyncVerifier<Options = unknown> = {
  name: Task
  version: string
  options: z.ZodType<Options>
  /** Never rejects because of an answer; its own trouble is the verdict `error`. */
  verify(input: VerifierInput, options: Options): Promise<VerifierResult>
}
