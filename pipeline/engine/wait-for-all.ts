import { StoppedError } from '../../schemas/errors.ts'

/**
 * Waits for all and then throws the error that explains the others: nothing runs on unobserved, and a stop that one
 * failure caused elsewhere does not hide it.
 */
export async function waitForAll(promises: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(promises)).filter((result) => result.status === 'rejected')
  const cause = failed.find((result) => !(result.reason instanceof StoppedError)) ?? failed[0]
  if (cause) throw cause.reason
}
