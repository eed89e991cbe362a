import pRetry from 'p-retry'

/**
 * The longest wait that is kept, in milliseconds. The Hub counts calls in windows of five minutes, so after this one it
 * answers again, whatever it asked for.
 */
const longestWaitMs = 330_000

/** Tries of one call, the first included. */
const usualTries = 7
/** A Hub that never answered is more likely not there than busy. */
const triesUnreached = 3
const firstDelayMs = 500
const longestDelayMs = 20_000

export type RetryOptions = {
  tries?: number | undefined
  /** Whether the same call may succeed a moment later. */
  mayRepeat: (error: Error) => boolean
  /** Whether the Hub has answered anything yet. */
  isReached: () => boolean
  /** Milliseconds that the server asks to wait, `null` when it does not ask. */
  askedWaitMs: (error: Error) => number | null
  random: () => number
  wait: (ms: number) => Promise<unknown>
  /** Told of a pause that the server asks for. */
  onPause: (ms: number) => void
  /** Ends the repeating with its own reason. */
  signal: AbortSignal | undefined
}

/**
 * Repeats a call that may succeed a moment later. It waits as long as the server asks, and at least a random part, from
 * the half up, of a delay that doubles; never longer than `longestWaitMs`. Throws the last error.
 */
export function withRetries<Result>(call: () => Promise<Result>, options: RetryOptions): Promise<Result> {
  const { tries = usualTries, mayRepeat, signal } = options
  return pRetry(call, {
    retries: tries - 1,
    minTimeout: 0,
    ...(signal && { signal }),
    shouldRetry: ({ error }) => mayRepeat(error),
    onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
      if (retriesLeft === 0 || !mayRepeat(error)) return
      if (!options.isReached() && attemptNumber >= triesUnreached) throw error
      const asked = options.askedWaitMs(error)
      const delay = Math.min(longestDelayMs, firstDelayMs * 2 ** (attemptNumber - 1))
      const ms = Math.min(longestWaitMs, Math.max(delay * (0.5 + options.random() / 2), asked ?? 0))
      if (asked !== null) options.onPause(ms)
      await options.wait(ms)
    },
  })
}
