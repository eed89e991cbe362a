import PQueue from 'p-queue'
import type { VerifierResult } from '../../schemas/verdict.ts'
import type { VerifierInput } from '../verifier.ts'
import type { CodeOptions } from './code-options.ts'
import { requireSandbox } from './probe-sandbox.ts'
import { codeVerifier } from './verify-code.ts'

/** Programs of answers on their way through the sandboxes. */
export type CodeQueue = {
  /**
   * Checks programs, a bounded number at a time over all calls; results come in the order of the inputs. The first call
   * tries the ways out of a sandbox before anything untrusted runs. Once `stop` is aborted no further program is
   * started and the call rejects with the signal's reason.
   *
   * @throws UsageError when the sandbox does not hold or its programs are not installed
   */
  verify(inputs: readonly VerifierInput[], stop?: AbortSignal): Promise<VerifierResult[]>
}

/** @param concurrency sandboxes at the same time; each keeps a processor busy */
export function openCodeQueue(options: CodeOptions, concurrency: number): CodeQueue {
  const queue = new PQueue({ concurrency })
  let probed: Promise<void> | undefined
  return {
    async verify(inputs, stop) {
      if (inputs.length === 0) return []
      probed ??= requireSandbox(options)
      await probed
      return Promise.all(
        inputs.map((input) =>
          queue.add(() => {
            stop?.throwIfAborted()
            return codeVerifier.verify(input, options)
          }),
        ),
      )
    },
  }
}
