import { availableParallelism } from 'node:os'
import type { ShardPlan } from '../../schemas/run.ts'
import type { EndpointClient } from '../../teachers/endpoint/endpoint.ts'
import { CodeOptions } from '../../verifiers/code/code-options.ts'
import { openCodeQueue, type CodeQueue } from '../../verifiers/code/code-queue.ts'
import { openVerifierPool, type VerifierPool } from '../../verifiers/pool/pool.ts'
import { openBudget, type Amount, type Budget } from './budget.ts'
import { openEndpoints } from './endpoints.ts'
import { firstWarnings, type FirstWarnings } from '../reporter/first-warnings.ts'
import type { Reporter } from '../reporter/reporter.ts'
import type { RunContext } from '../recipe/run-context.ts'
import type { StopSignals } from './stop-signals.ts'
import { openThreads, type ThreadJob } from './threads.ts'

/** Everything that a run holds open while it works, each opened when it is first needed. */
export type Engine = {
  context: RunContext
  plan: ShardPlan
  reporter: Reporter
  stop: StopSignals
  /** Names this start in the journal: a later start writes beside it, never into it. */
  attempt: string
  now: () => number
  /** What the run may still buy; endpoints take from it by themselves. */
  budget: Budget
  /** @throws RunError when the endpoint cannot be reached or refuses the key */
  endpoint(name: string): Promise<EndpointClient>
  verifierPool(): VerifierPool
  /** For programs: as many sandboxes at a time as there are processors. */
  codeQueue(): CodeQueue
  /** A warning of a kind that may come by the thousand: the first twenty are shown, the ledger counts them all. */
  warnOften(kind: string, text: string): void
  /** A warning that is said once in a run, whoever has reason for it. */
  warnOnce(kind: string, text: string): void
  /** Does a step of a stage in a thread. */
  inThread(job: ThreadJob): Promise<unknown>
  close(): Promise<void>
}

export type EngineOptions = Pick<Engine, 'context' | 'plan' | 'reporter' | 'stop' | 'now'> & {
  environment: Record<string, string | undefined>
  random: () => number
  /** The module that the threads run. */
  threadEntry: URL
  /** What earlier starts of the run have spent, for the recipe's budget. */
  spent?: Amount
}

/** Prepares the means of a run. Nothing is started before it is needed, so a run with nothing to do starts nothing. */
export function createEngine({ environment, random, spent, threadEntry, ...given }: EngineOptions): Engine {
  const { context, reporter, stop, now } = given
  const threads = Math.max(1, availableParallelism() - 1)
  const budget = openBudget(context.recipe.budget ?? {}, { ...(spent && { spent }), stop: stop.stop })
  const endpoints = openEndpoints({ context, budget, environment, reporter, stop, now, random })
  const workers = openThreads(threadEntry, threads, stop.abandon)
  let pool: VerifierPool | undefined
  let programs: CodeQueue | undefined
  const often: Record<string, FirstWarnings> = {}
  const once = new Set<string>()

  return {
    ...given,
    budget,
    attempt: attemptName(now, random),
    endpoint: (name) => endpoints.open(name),
    verifierPool() {
      const {
        workers: wanted,
        timeout_ms,
        judge: _judge,
        majority: _majority,
        ...options
      } = context.recipe.verify
      pool ??= openVerifierPool({
        workers: wanted ?? threads,
        timeoutMs: timeout_ms,
        options,
        onFailure: ({ task, reason, message }) =>
          reporter.warn(`a ${task} answer could not be checked (${reason}): ${message}`),
      })
      return pool
    },
    codeQueue() {
      const sections: Record<string, unknown> = context.recipe.verify
      const options = CodeOptions.parse(sections['code'])
      programs ??= openCodeQueue(options, availableParallelism())
      return programs
    },
    warnOften(kind, text) {
      const last = 'further warnings of this kind are not shown; the ledger counts them'
      often[kind] ??= firstWarnings(reporter, last)
      often[kind].warn(text)
    },
    warnOnce(kind, text) {
      if (!once.has(kind)) reporter.warn(text)
      once.add(kind)
    },
    inThread: (job) => workers.run(job),
    async close() {
      await endpoints.close()
      await pool?.close()
      await workers.close()
    },
  }
}

/** Names a start in the journal. Sorts by time; the random part keeps two starts in one millisecond apart. */
export function attemptName(now: () => number, random: () => number): string {
  const time = new Date(now()).toISOString().replaceAll(/[-:]/g, '')
  return `${time}-${Math.floor(random() * 2 ** 32)
    .toString(16)
    .padStart(8, '0')}`
}
