import PQueue from 'p-queue'
import type { VerifierResult } from '../../schemas/verdict.ts'
import type { VerifierInput } from '../verifier.ts'
import type { TimedResult } from '../pool/pool.ts'
import type { CodeOptions } from './code-options.ts'
import { requireSandbox } from './probe-sandbox.ts'
import { codeVerifier } from './verify-code.ts'

/** Programs of answers on their way through the sandboxes. */
export type CodeQueue = {
  /** Tries the ways out of a sandbox, once. @throws UsageError as `verify` does */
  ready(): Promise<void>
  /**
   * Checks programs, a bounded number at a time over all calls; results come in the order of the inputs. The first call
   * tries the ways out of a sandbox before anything untrusted runs. Once `stop` is aborted no further program is
   * started and the call rejects with the signal's reason.
   *
   * @throws UsageError when the sandbox does not hold or its programs are not installed
   */
  verify(inputs: readonly VerifierInput[], stop?: AbortSignal): Promise<VerifierResult[]>
  /** The same of one program, with the time that it took, waiting for others not counted. */
  verifyTimed(input: VerifierInput, stop?: AbortSignal): Promise<TimedResult>
}

/** @param concurrency sandboxes at the same time; each keeps a processor busy */
export function openCodeQueue(options: CodeOptions, concurrency: number): CodeQueue {
  const queue = new PQueue({ concurrency })
  let probed: Promise<void> | undefined

  function ready(): Promise<void> {
    probed ??= requireSandbox(options)
    return probed
  }

  async function verifyTimed(input: VerifierInput, stop?: AbortSignal): Promise<TimedResult> {
    await ready()
    return queue.add(async () => {
      stop?.throwIfAborted()
      const start = performance.now()
      const result = await codeVerifier.verify(input, options)
      return { result, ms: performance.now() - start }
    })
  }

  return {
    ready,
    verifyTimed,
    async verify(inputs, stop) {
      const checked = await Promise.all(inputs.map((input) => verifyTimed(input, stop)))
      return checked.map(({ result }) => result)
    },
  }
}
