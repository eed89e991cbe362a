import { Redis } from 'ioredis'
import { UsageError } from '../../../schemas/errors.ts'
import type { Reporter } from '../../reporter/reporter.ts'
import type { QueueAddress } from './address.ts'

/** A connection to the server of a queue, which is opened anew whenever it breaks. */
export type Connection = {
  redis: Redis
  /** Rejects when the server is there and refuses this process; never resolves before it has answered. */
  admitted: Promise<void>
  /** For errors of what uses the connection: says once what is no loss of the connection. */
  onError: (error: Error) => void
  close(): void
}

const firstPauseMs = 100
const longestPauseMs = 10_000

/** Opens a connection. That the server cannot be reached is said once, and that it is there again, too. */
export function openConnection(
  { url, shown }: QueueAddress,
  { reporter, random }: { reporter: Pick<Reporter, 'note' | 'warn'>; random: () => number },
): Connection {
  const redis = new Redis(url, {
    // What is asked while the server is away waits for it.
    maxRetriesPerRequest: null,
    retryStrategy: (times) =>
      Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(times, 20)) * (0.5 + random() / 2),
  })
  let isAway = false
  let closed = false
  const told = new Set<string>()
  const away = (why: string): void => {
    if (isAway || closed) return
    isAway = true
    reporter.warn(
      `the queue ${shown} cannot be reached (${why}); trying again until it can. What is begun goes on, and the run folder has everything`,
    )
  }
  const onError = (error: Error): void => {
    if (closed || lossIn(error) !== undefined || isForgotten(error) || told.has(error.message)) return
    told.add(error.message)
    reporter.warn(`the queue ${shown}: ${error.message}`)
  }
  redis.on('error', (error: Error) => {
    const loss = lossIn(error)
    if (loss === undefined) onError(error)
    else away(loss)
  })
  redis.on('close', () => away('the connection was closed'))
  redis.on('ready', () => {
    if (isAway) reporter.note(`the queue ${shown} is there again`)
    isAway = false
  })
  const admitted = redis.ping().then(
    () => undefined,
    (error: Error) => {
      if (closed) return undefined
      throw new UsageError(`the queue ${shown} refuses this process: ${error.message}`, { cause: error })
    },
  )
  // Whoever waits for it learns of it.
  admitted.catch(() => undefined)
  return {
    redis,
    admitted,
    onError,
    close() {
      closed = true
      redis.disconnect()
    },
  }
}

/** Why there is no connection, where an error says that there is none. */
function lossIn({ code, message }: Error & { code?: unknown }): string | undefined {
  if (typeof code === 'string' && /^E[A-Z_]+$/u.test(code)) return code
  return /connection is closed/iu.test(message) ? 'the connection is closed' : undefined
}

/**
 * What a queue says of a job that it does not know any more, or has given to another worker: it was restarted empty, or this
 * process was frozen. Claims and commits of the run folder decide what counts.
 */
function isForgotten({ message }: Error): boolean {
  return /^(?:Missing key|Missing lock|Lock mismatch)|is not in the active state|could not renew lock/u.test(
    message,
  )
}
