import { availableParallelism } from 'node:os'
import type { EndpointClient } from '../../teachers/endpoint/endpoint.ts'
import { CodeOptions } from '../../verifiers/code/code-options.ts'
import { openCodeQueue, type CodeQueue } from '../../verifiers/code/code-queue.ts'
import type { Redactor } from '../../store/secrets/redact.ts'
import { openVerifierPool, type VerifierPool } from '../../verifiers/pool/pool.ts'
import type { RunContext } from '../recipe/run-context.ts'
import { secretsOf } from '../recipe/secrets-of.ts'
import { openRepeatedWarnings, type RepeatedWarnings } from '../reporter/repeated-warnings.ts'
import type { Reporter } from '../reporter/reporter.ts'
import type { Session } from '../../store/session/session.ts'
import type { Share } from './share.ts'
import type { Allowance } from './allowance/allowance.ts'
import { openBudget, type Amount, type Budget } from './budget.ts'
import { claimsOf, type ClaimShard } from './claim-shard.ts'
import { openEndpoints } from './endpoints.ts'
import { openShares } from './shares/open-shares.ts'
import type { StopSignals } from './stop-signals.ts'
import { openThreads, openWithoutThreads, type ThreadJob } from './threads.ts'
import { waitForAll } from './wait-for-all.ts'

/**
 * The hands of a run: everything that is held open while its shards are worked on, each opened when it is first needed. A
 * run may have several workers, in processes of their own; their results are recorded in its books.
 */
export type Worker = {
  context: RunContext
  reporter: Reporter
  warnings: RepeatedWarnings
  stop: StopSignals
  /** The name of this start, or of its wave, in the journal. A later start writes next to it, never into it. */
  attempt: string
  now: () => number
  /** The keys in use, by their variables: no dataset may hold one. */
  secrets: Readonly<Record<string, string>>
  /** What the run may still buy; endpoints take from it by themselves. */
  budget: Budget
  /** Gathers the problems that a judge could not be asked about any more. Without it the first of them ends the run. */
  unjudged?: Set<string>
  claimShard: ClaimShard
  /** This process among the workers of the run. */
  session: Session
  /** Which shards it begins with; without it, with the first. */
  share?: Share | undefined
  /** Whether it ends when nothing is left but what other workers are doing. */
  leaves?: boolean
  /** @throws StoppedError when others have taken this worker for dead */
  requireAlive: () => Promise<void>
  /** @throws RunError when the endpoint cannot be reached or refuses the key */
  endpoint(name: string): Promise<EndpointClient>
  verifierPool(): VerifierPool
  /** For programs: as many sandboxes at a time as there are processors. */
  codeQueue(): CodeQueue
  /** Does a step of a stage in a thread. */
  inThread(job: ThreadJob): Promise<unknown>
  close(): Promise<void>
}

export type WorkerOptions = Pick<Worker, 'context' | 'reporter' | 'stop' | 'attempt' | 'now' | 'session'> & {
  share?: Share | undefined
  leaves?: boolean
  environment: Record<string, string | undefined>
  keys: Redactor
  random: () => number
  /** The module that the threads run. */
  threadEntry: URL
  /** Whether there is so little to do that its steps are done without threads; answers are checked in threads all the same. */
  isSmall?: boolean
  /** What earlier starts of the run have spent, for the recipe's budget. */
  spent?: Amount
  /** This worker's part of the budget, where others spend of it too. */
  allowance?: Allowance | undefined
}

/** Prepares the means of a run. Nothing is started before it is needed, so a run with nothing to do starts nothing. */
export function openWorker({
  environment,
  keys,
  random,
  spent,
  allowance,
  threadEntry,
  isSmall = false,
  ...given
}: WorkerOptions): Worker {
  const { context, reporter, stop, now, session } = given
  const threads = Math.max(1, availableParallelism() - 1)
  const budget = openBudget(context.recipe.budget ?? {}, {
    ...(spent && { spent }),
    stop: stop.stop,
    allowance,
  })
  const shares = session.shared ? openShares(session.workers, stop.stop) : undefined
  const endpoints = openEndpoints({ context, budget, shares, environment, keys, reporter, stop, now, random })
  const realThreads = openThreads(threadEntry, threads, stop.abandon)
  const stageThreads = isSmall ? openWithoutThreads(threadEntry, stop.abandon, realThreads) : realThreads
  let pool: VerifierPool | undefined
  let programs: CodeQueue | undefined
  const worker: Worker = {
    ...given,
    // Each wave opens the journals of its shards anew.
    get attempt() {
      const wave = context.chosen?.waves ?? 0
      return wave === 0 ? given.attempt : `${given.attempt}-wave-${String(wave).padStart(5, '0')}`
    },
    secrets: secretsOf(context.recipe, environment),
    warnings: openRepeatedWarnings(reporter),
    budget,
    claimShard: claimsOf(session, () => worker.attempt),
    requireAlive: session.requireAlive,
    endpoint: (name) => endpoints.open(name),
    verifierPool: () => (pool ??= verifierPoolOf(context, reporter, threads)),
    codeQueue() {
      const sections: Record<string, unknown> = context.recipe.verify
      programs ??= openCodeQueue(CodeOptions.parse(sections['code']), availableParallelism())
      return programs
    },
    inThread: (job) => stageThreads.run(job),
    async close() {
      // All are closed even if one fails: anything left open would keep the process from ending.
      try {
        await waitForAll([endpoints.close(), Promise.resolve(pool?.close()), stageThreads.close()])
      } finally {
        await shares?.close()
      }
    },
  }
  return worker
}

function verifierPoolOf({ recipe }: RunContext, reporter: Reporter, threads: number): VerifierPool {
  const { workers, timeout_ms, judge: _judge, majority: _majority, ...options } = recipe.verify
  return openVerifierPool({
    workers: workers ?? threads,
    timeoutMs: timeout_ms,
    options,
    onFailure: ({ task, reason, message }) =>
      reporter.warn(`a ${task} answer could not be checked (${reason}): ${message}`),
  })
}
