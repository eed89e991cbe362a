import type { Task } from '../../schemas/problem.ts'
import type { VerdictValue, VerifierResult } from '../../schemas/verdict.ts'
import type { VerifierInput } from '../verifier.ts'

/** One answer to check, and how. */
export type VerifierJob = { task: Task; input: VerifierInput }

/** What every worker is started with. */
export type PoolWorkerData = { registry: string; options: Partial<Record<Task, unknown>> }

/** Jobs for one message to a worker; `progress` is read by the watchdog while the worker is busy. */
export type PoolBatch = { jobs: readonly VerifierJob[]; progress: Int32Array }

/**
 * `milliseconds` are those that each job took by the clock of the worker. `unusable` when the registry cannot be loaded or the options do not fit:
 * no job of the run can be checked.
 */
export type PoolReply =
  | { results: VerifierResult[]; milliseconds: number[]; failures: PoolFailure[] }
  | { unusable: string }

/** A verifier that failed, for the run's log: verdicts only carry stable codes. */
export type PoolFailure = { task: Task; reason: string; message: string }

/** Slots of `PoolBatch.progress`. */
export const progressSlot = { threadId: 0, jobsStarted: 1, cpuMsAtStart: 2, length: 3 } as const

/** A result that no verifier made. */
export function resultWithout(verdict: VerdictValue, reason: string): VerifierResult {
  return { verdict, extracted: '', extraction: '', path: '', reason }
}
