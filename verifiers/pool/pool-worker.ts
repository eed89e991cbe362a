import { threadId, workerData } from 'node:worker_threads'
import type { Task } from '../../schemas/problem.ts'
import { keepCompiled, storeCompiled } from '../../schemas/compiled-code.ts'
import type * as Verdicts from '../../schemas/verdict.ts'
import type { VerifierResult } from '../../schemas/verdict.ts'
import { progressSlot, resultWithout } from './pool-protocol.ts'
import type { PoolBatch, PoolFailure, PoolReply, PoolWorkerData, VerifierJob } from './pool-protocol.ts'
import type { Verifier, VerifierInput } from '../verifier.ts'

type Bound = (input: VerifierInput) => VerifierResult
type Schemas = typeof Verdicts
type Registry = { findVerifier: (task: Task) => Verifier | undefined }

const { registry, options } = workerData as PoolWorkerData
const bound = new Map<Task, Bound | undefined>()
let loading: Promise<[Registry, Schemas]> | undefined

// Everything that is imported after this, which is why schemas are loaded with the registry.
keepCompiled()

/**
 * Runs in a worker thread: checks the jobs of a batch one after the other. Before each job it says in shared memory that
 * the job starts now, because a thread in an endless loop can send no message any more.
 */
export default async function checkBatch({ jobs, progress }: PoolBatch): Promise<PoolReply> {
  const loaded = await bindAll(jobs)
  if (typeof loaded === 'string') return { unusable: loaded }
  Atomics.store(progress, progressSlot.threadId, threadId)
  const failures: PoolFailure[] = []
  const milliseconds: number[] = []
  const results = jobs.map((job) => {
    Atomics.store(progress, progressSlot.cpuMsAtStart, threadCpuMs())
    Atomics.add(progress, progressSlot.jobsStarted, 1)
    // Not CPU time: some systems count it in steps that are longer than most checks.
    const start = performance.now()
    const result = checkJob(job, failures, loaded)
    milliseconds.push(performance.now() - start)
    return result
  })
  return { results, milliseconds, failures }
}

/** Loads the registry and the verifiers that the jobs need; the returned text says why that is impossible. */
async function bindAll(jobs: readonly VerifierJob[]): Promise<string | Schemas> {
  try {
    loading ??= load()
    const [{ findVerifier }, schemas] = await loading
    for (const { task } of jobs) {
      if (task !== 'none' && !bound.has(task)) bound.set(task, bind(findVerifier(task), options[task]))
    }
    return schemas
  } catch (error) {
    return messageOf(error)
  }
}

async function load(): Promise<[Registry, Schemas]> {
  const modules = await Promise.all([
    import(registry) as Promise<Registry>,
    import('../../schemas/verdict.ts'),
  ])
  storeCompiled()
  return modules
}

function bind(verifier: Verifier | undefined, options: unknown): Bound | undefined {
  if (verifier === undefined) return undefined
  const parsed = verifier.options.parse(options ?? {})
  return (input) => verifier.verify(input, parsed)
}

function checkJob(
  { task, input }: VerifierJob,
  failures: PoolFailure[],
  { VerifierResult }: Schemas,
): VerifierResult {
  if (task === 'none') return resultWithout('gold_unparseable', 'no_gold')
  const verify = bound.get(task)
  if (verify === undefined) return resultWithout('undecided', 'no_verifier')
  try {
    const result = VerifierResult.safeParse(verify(input))
    if (result.success) return result.data
    failures.push({ task, reason: 'malformed_result', message: result.error.message })
    return resultWithout('error', 'malformed_result')
  } catch (error) {
    failures.push({ task, reason: 'verifier_threw', message: messageOf(error) })
    return resultWithout('error', 'verifier_threw')
  }
}

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return Math.round((user + system) / 1000)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
