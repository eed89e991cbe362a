import type { VerdictValue } from '../../schemas/verdict.ts'
import type { SandboxEnd } from './sandbox.ts'

/** What running the tests of a problem has shown. `detail` is for the log, it is no part of a verdict. */
export type TestOutcome = {
  verdict: VerdictValue
  reason: string
  detail: string
  /** Whether the tests gave arguments to anything; only known of tests that ran to their end. */
  gaveArguments?: boolean
}

const SIGNAL_BASE = 128
const REASONS: Record<number, string> = {
  [SIGNAL_BASE + 24]: 'time_limit',
  [SIGNAL_BASE + 25]: 'output_limit',
}

/** Why a program ended before its tests did. */
export function outcomeOfEnd(end: SandboxEnd): TestOutcome {
  return {
    verdict: 'incorrect',
    reason: reasonOf(end),
    detail: `status ${end.status} ${end.complaint}`.trim(),
  }
}

function reasonOf({ status, complaint, flooded }: SandboxEnd): string {
  if (flooded) return 'output_limit'
  // Node says so before it aborts; Python raises an exception instead.
  if (/out of memory/u.test(complaint)) return 'memory_limit'
  return REASONS[status] ?? 'crashed'
}

export function isTimeLimit({ status }: SandboxEnd): boolean {
  return REASONS[status] === 'time_limit'
}

/** The sandbox of the tests or the program did not come up or broke: nothing is known about the program. */
export function sandboxTrouble(whose: string, { status, complaint }: SandboxEnd): TestOutcome {
  return {
    verdict: 'error',
    reason: 'sandbox_failed',
    detail: `${whose}: status ${status} ${complaint}`.trim(),
  }
}
