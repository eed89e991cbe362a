import { Piscina } from 'piscina'
import { RunError, UsageError } from '../../schemas/errors.ts'
import type { Task } from '../../schemas/problem.ts'
import type { VerifierResult } from '../../schemas/verdict.ts'
import { progressSlot, resultWithout } from './pool-protocol.ts'
import type { PoolBatch, PoolFailure, PoolReply, PoolWorkerData, VerifierJob } from './pool-protocol.ts'
import { openPoolWatchdog } from './pool-watchdog.ts'

export type { PoolFailure, VerifierJob } from './pool-protocol.ts'

export type VerifierPoolOptions = {
  /** Worker threads; each costs about 30 to 60 ms to start and, idle, 5 MB. */
  workers: number
  /** CPU milliseconds that one answer may take before its worker is killed; 5,000 by default. */
  timeoutMs?: number
  /** Megabytes of JavaScript heap of a worker; 512 by default. Typed arrays are not counted by V8. */
  memoryMb?: number
  /** Options of the verifiers, by task; a missing section means the verifier's defaults. */
  options: Partial<Record<Task, unknown>>
  /**
   * URL of a module that exports `findVerifier(task)`: how a program brings verifiers of its own. By default the
   * project's registry.
   */
  registry?: string
  /** Told of every verifier that failed, with the message that a verdict has no room for. */
  onFailure?: (failure: PoolFailure) => void
}

/** A result with the milliseconds that it took by the clock of its worker, waiting for a worker not counted. */
export type TimedResult = { result: VerifierResult; ms: number }

export type VerifierPool = {
  /**
   * Checks answers in worker threads; results come in the order of the jobs. An answer that takes too long is `timeout`,
   * one that ends its worker (a crash, no memory left) is `error`; both only after it did so alone on a worker, and no
   * other answer is touched by it. Task `none` is `gold_unparseable` with reason `no_gold`, a task without a verifier
   * `undecided` with reason `no_verifier`.
   *
   * @throws UsageError when the registry cannot be loaded or the options do not fit a verifier
   * @throws RunError when the pool is closed before the answers are checked
   */
  verify(jobs: readonly VerifierJob[]): Promise<VerifierResult[]>
  /** As `verify`, with the time that each answer took. */
  verifyTimed(jobs: readonly VerifierJob[]): Promise<TimedResult[]>
  /** Ends the workers, whatever they are doing. */
  close(): Promise<void>
}

/** `ended`: in a word why the worker did not live to send results. */
type BatchOutcome = { results: TimedResult[] } | { ended: string; message: string; ms: number }

/** Jobs per message: enough to make messaging negligible, few enough to be repeated one by one. */
const BATCH_SIZE = 16

/** Starts threads that check answers with the synchronous verifiers of a registry. */
export function openVerifierPool(settings: VerifierPoolOptions): VerifierPool {
  const { workers, timeoutMs = 5_000, memoryMb = 512, options, onFailure } = settings
  const registry = settings.registry ?? new URL('../registry.ts', import.meta.url).href
  const workerData: PoolWorkerData = { registry, options }
  const threads = new Piscina({
    filename: new URL('pool-worker.ts', import.meta.url).href,
    minThreads: workers,
    maxThreads: workers,
    workerData,
    // Verifiers are pure: keys in the environment are none of their business.
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 8 },
  })
  const watchdog = openPoolWatchdog(timeoutMs, () => threads.threads)
  let closed = false
  // A worker that ends between two batches takes no answer with it and is replaced; one that is ended by `close` may.
  threads.on('error', (error: unknown) => {
    if (!closed) onFailure?.({ task: 'none', reason: 'worker_crashed', message: String(error) })
  })

  return {
    verify: async (jobs) => (await verifyTimed(jobs)).map(({ result }) => result),
    verifyTimed,
    async close() {
      closed = true
      await threads.destroy()
    },
  }

  async function verifyTimed(jobs: readonly VerifierJob[]): Promise<TimedResult[]> {
    const size = Math.max(1, Math.min(BATCH_SIZE, Math.ceil(jobs.length / workers)))
    const batches = Array.from({ length: Math.ceil(jobs.length / size) }, (_, index) =>
      jobs.slice(index * size, (index + 1) * size),
    )
    return (await Promise.all(batches.map(verifyBatch))).flat()
  }

  async function verifyBatch(batch: readonly VerifierJob[]): Promise<TimedResult[]> {
    const outcome = await runBatch(batch)
    if ('results' in outcome) return outcome.results
    // Also the job that was running gets a second chance: memory may have been eaten by the jobs before it.
    return Promise.all(batch.map(verifyAlone))
  }

  async function verifyAlone(job: VerifierJob): Promise<TimedResult> {
    const outcome = await runBatch([job])
    if ('results' in outcome) return outcome.results[0]!
    const { ended, message, ms } = outcome
    onFailure?.({ task: job.task, reason: ended, message })
    return { result: resultWithout(ended === 'time_limit' ? 'timeout' : 'error', ended), ms }
  }

  async function runBatch(jobs: readonly VerifierJob[]): Promise<BatchOutcome> {
    if (closed) throw closedError()
    const progress = new Int32Array(new SharedArrayBuffer(progressSlot.length * Int32Array.BYTES_PER_ELEMENT))
    const kill = new AbortController()
    const unwatch = watchdog.watch(progress, kill)
    const batch: PoolBatch = { jobs, progress }
    try {
      const reply = (await threads.run(batch, { signal: kill.signal })) as PoolReply
      if ('unusable' in reply) throw unusableError(registry, reply.unusable)
      reply.failures.forEach((failure) => onFailure?.(failure))
      return { results: reply.results.map((result, at) => ({ result, ms: reply.milliseconds[at]! })) }
    } catch (error) {
      if (error instanceof UsageError) throw error
      if (closed) throw closedError()
      const ms = unwatch()
      if (kill.signal.aborted) return { ended: 'time_limit', message: `took more than ${timeoutMs} ms`, ms }
      return { ended: isOutOfMemory(error) ? 'out_of_memory' : 'worker_crashed', message: String(error), ms }
    } finally {
      unwatch()
    }
  }
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
}

function unusableError(registry: string, why: string): UsageError {
  return new UsageError(
    `wanted verifiers from ${registry}, got: ${why.replace(/\s+/gu, ' ')}; correct the recipe's verify section or the registry`,
  )
}

function closedError(): RunError {
  return new RunError(
    'wanted verdicts, but the verifier pool was closed; close it after the last verify() has settled',
  )
}
