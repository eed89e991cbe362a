import type { Attempt } from '../../schemas/journal.ts'
import { billedTry } from '../cost/bill.ts'
import type { WireFailure } from './call-error.ts'
import type { Classified } from './classify-error.ts'

/** A try that failed and what follows from it. */
export class FailedTry extends Error {
  readonly failure: WireFailure
  readonly classified: Classified

  constructor(failure: WireFailure, classified: Classified) {
    super(failure.message)
    this.failure = failure
    this.classified = classified
  }
}

/** Whether the try failed because the server is not ready for anyone. */
export function isWaiting(error: Error): boolean {
  return error instanceof FailedTry && error.classified.waits
}

/** The failed try as the journal keeps it, after so many milliseconds. */
export function attemptOf(
  { failure, classified }: FailedTry,
  ms: number,
  promptTokens: () => number,
): Attempt {
  const billed = billedTry(failure.partial, { answered: false, promptTokens })
  return { ms, status: failure.status, error: classified.code, ...billed }
}
