import { UsageError } from '../../../schemas/errors.ts'
import { openCodeQueue } from '../../../verifiers/code/code-queue.ts'
import { codeVerifier } from '../../../verifiers/code/verify-code.ts'
import { resultWithout } from '../../../verifiers/pool/pool-protocol.ts'
import type { TimedResult } from '../../../verifiers/pool/pool.ts'
import type { VerifierInput } from '../../../verifiers/verifier.ts'

export type CodeGrader = (input: VerifierInput) => Promise<TimedResult>

/**
 * Runs programs against their tests in the sandbox, a few at a time. Where the sandbox does not hold, nothing is run:
 * every program is `error` with reason `sandbox_unavailable`, and one warning says why.
 */
export async function openCodeGrader(settings: {
  options: unknown
  concurrency: number
  warn: (text: string) => void
}): Promise<CodeGrader> {
  const options = codeVerifier.options.parse(settings.options)
  const queue = openCodeQueue(options, settings.concurrency)
  try {
    await queue.ready()
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    settings.warn(`no program is run: ${error.message}`)
    const result = resultWithout('error', 'sandbox_unavailable')
    return async () => ({ result, ms: 0 })
  }
  return (input) => queue.verifyTimed(input)
}
