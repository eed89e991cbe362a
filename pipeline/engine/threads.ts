import { join } from 'node:path'
import { Piscina } from 'piscina'
import { RunError, TwinstillError, type ExitCode } from '../../schemas/errors.ts'
import { entriesBelow, sizeOf } from '../../store/files/entries.ts'
import type { LeaseRef } from '../../store/leases/claim-log.ts'
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
  /** The claim of the shard, under which its part is published. */
  lease?: LeaseRef
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
 * what is no longer needed, and to four times its size without one; a larger young generation brought no speed. A job that
 * needs more all the same is done again, alone and with more.
 */
const heapMb = { usual: 1024, most: 8192 }

/**
 * Starts threads when they are first needed.
 *
 * @param entry the module whose default export takes a `ThreadJob` and returns a `ThreadReply`
 * @param abandon ends a job in the middle; the file that it was writing has only a temporary name
 */
export function openThreads(entry: URL, most: number, abandon: AbortSignal, heap = heapMb): Threads {
  let usual: Piscina | undefined
  let large: Piscina | undefined

  function open(maxThreads: number, maxOldGenerationSizeMb: number): Piscina {
    const pool = new Piscina({
      filename: entry.href,
      // A thread that dies is replaced only below this number, and jobs that wait would wait for ever.
      minThreads: 1,
      maxThreads,
      // Otherwise a thread ends after every job that no other waits behind, and the next one loads all the code again.
      idleTimeout: 60_000,
      // Keys are none of the threads' business.
      env: {},
      resourceLimits: { maxOldGenerationSizeMb, maxYoungGenerationSizeMb: 8 },
    })
    // A thread that dies between two jobs takes none with it.
    pool.on('error', () => undefined)
    return pool
  }

  async function runSomewhere(job: ThreadJob): Promise<ThreadReply> {
    usual ??= open(most, heap.usual)
    const reply = await runUntilAbandoned(usual, job, abandon)
    if (reply !== 'out of memory') return reply
    large ??= open(1, heap.most)
    const second = await runUntilAbandoned(large, job, abandon)
    if (second !== 'out of memory') return second
    throw new RunError(
      `${job.stage} of shard ${job.shard} needs more memory than the ${heap.most} MB of one thread: nothing that was bought is lost; begin a run with a smaller \`problems.per_shard\` or fewer samples, or report it`,
    )
  }

  return {
    async run(job) {
      return valueOf(await runSomewhere(job))
    },
    async close() {
      await Promise.all([usual?.destroy(), large?.destroy()])
    },
  }
}

/** A run folder of more bytes may need the memory of a thread of its own. */
const fewBytes = 32_000_000

/**
 * Does the work of threads in this one, where there is too little of it to be worth starting a thread: that loads all code
 * a second time. A job is never ended in the middle.
 *
 * @param threads where the run folder holds few texts but long ones
 */
export function openWithoutThreads(entry: URL, abandon: AbortSignal, threads: Threads): Threads {
  let loaded: Promise<{ default: (job: ThreadJob) => Promise<ThreadReply> }> | undefined
  return {
    async run(job) {
      abandon.throwIfAborted()
      if ((await bytesBelow(job.context.runFolder)) > fewBytes) return threads.run(job)
      loaded ??= import(entry.href) as NonNullable<typeof loaded>
      const { default: doJob } = await loaded
      // A thread gets a copy of its own as well.
      const value = valueOf(await doJob(structuredClone(job)))
      abandon.throwIfAborted()
      return value
    },
    close: () => threads.close(),
  }
}

async function bytesBelow(folder: string): Promise<number> {
  const files = (await entriesBelow(folder)).filter(({ isFile }) => isFile)
  const sizes = await Promise.all(files.map(({ path }) => sizeOf(join(folder, path))))
  return sizes.reduce<number>((sum, size = 0) => sum + size, 0)
}

function valueOf(reply: ThreadReply): unknown {
  if ('exitCode' in reply) throw new TwinstillError(reply.message, reply.exitCode)
  return reply.value
}

async function runUntilAbandoned(
  pool: Piscina,
  job: ThreadJob,
  abandon: AbortSignal,
): Promise<ThreadReply | 'out of memory'> {
  try {
    return (await pool.run(job, { signal: abandon })) as ThreadReply
  } catch (error) {
    abandon.throwIfAborted()
    if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY') return 'out of memory'
    throw error
  }
}
