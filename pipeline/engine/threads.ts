import { Piscina } from 'piscina'
import { TwinstillError, type ExitCode } from '../../schemas/errors.ts'
import type { PartsRead } from '../../store/parts/join.ts'
import type { RunContext } from '../recipe/run-context.ts'

/** The work for a thread: a step of a stage, as plain data. */
export type ThreadJob = {
  /** Name of the stage. */
  stage: string
  step: 'run' | 'summarise' | 'merge' | 'part'
  context: RunContext
  /** 0 where the step is about all shards. */
  shard: number
  fingerprint: string
  reads: PartsRead
  /** What the stage hands to its own thread function. */
  given?: unknown
}

/** An error loses its class between threads, so its message and exit code travel as data. */
export type ThreadReply = { value: unknown } | { message: string; exitCode: ExitCode }

/** Threads for work that would block the event loop. */
export type Threads = {
  run(job: ThreadJob): Promise<unknown>
  close(): Promise<void>
}

/**
 * A thread holds a row group of every file that it reads and writes, of 32 MB of text at most, and the answer that it works
 * on, of 64 MB at most, a few times over. V8 lets the heap of a thread with such a bound grow by half before it collects
 * what is no longer needed, and to four times its size without one; a larger young generation brought no speed.
 */
const threadMemory = { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 8 }

/**
 * Starts threads when they are first needed.
 *
 * @param entry the module whose default export takes a `ThreadJob` and returns a `ThreadReply`
 * @param abandon ends a job in the middle; the file that it was writing has only a temporary name
 */
export function openThreads(entry: URL, most: number, abandon: AbortSignal): Threads {
  let pool: Piscina | undefined
  return {
    async run(job) {
      pool ??= new Piscina({
        filename: entry.href,
        minThreads: 0,
        maxThreads: most,
        // Otherwise a thread ends after every job that no other waits behind, and the next one loads all the code again.
        idleTimeout: 60_000,
        // Keys are none of the threads' business.
        env: {},
        resourceLimits: threadMemory,
      })
      const reply = await runUntilAbandoned(pool, job, abandon)
      if ('exitCode' in reply) throw new TwinstillError(reply.message, reply.exitCode)
      return reply.value
    },
    close: async () => pool?.destroy(),
  }
}

async function runUntilAbandoned(pool: Piscina, job: ThreadJob, abandon: AbortSignal): Promise<ThreadReply> {
  try {
    return (await pool.run(job, { signal: abandon })) as ThreadReply
  } catch (error) {
    abandon.throwIfAborted()
    throw error
  }
}
