import type { ChatRequest } from '../../schemas/arm.ts'
import type { Attempt } from '../../schemas/journal.ts'
import { billedTry, type CountedArm } from '../cost/billed-tokens.ts'
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
  request: Pick<ChatRequest, 'messages'>,
  arm: CountedArm | undefined,
): Attempt {
  const billed = billedTry(failure.partial, request, { answered: false, arm })
  return { ms, status: failure.status, error: classified.code, ...billed }
}
