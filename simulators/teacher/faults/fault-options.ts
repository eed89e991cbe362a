import { z } from 'zod'

const Milliseconds = z.number().nonnegative()

/** The simulator options that say how a fault is played. */
export const FaultOptions = z.strictObject({
  /** Tokens of prompt and completion together; a request for more is refused. */
  context_length: z.int().positive().default(131_072),
  /** `Retry-After` of a 429, in seconds. */
  retry_after_s: z.number().nonnegative().default(1),
  /** `Retry-After` of the `http_429_long` fault, in seconds. */
  long_retry_after_s: z.number().nonnegative().default(240),
  /** Delay of the `slow_headers` fault. */
  slow_headers_ms: Milliseconds.default(2000),
  /** Blank lines or comments of the `keep_alive` fault, and milliseconds before each; `stall` sends them without end. */
  keep_alive_count: z.int().nonnegative().default(25),
  keep_alive_ms: Milliseconds.default(0),
})
export type FaultOptions = z.infer<typeof FaultOptions>
