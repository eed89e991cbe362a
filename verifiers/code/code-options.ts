import { z } from 'zod'

/** How programs are run; a section of the recipe's `verify`. */
export const CodeOptions = z.strictObject({
  /** CPU seconds of the program: for all tests of a function together, for each input of a whole program. */
  cpu_seconds: z.int().min(1).max(600).default(10),
  /** Seconds by the clock before a program that waits instead of computing is killed. */
  wall_seconds: z.int().min(1).max(3_600).default(30),
  /** Megabytes of memory of each process. */
  memory_mb: z.int().min(64).max(65_536).default(512),
  /** Processes and threads of a sandbox together. */
  processes: z.int().min(4).max(1_024).default(32),
  /** Megabytes a program may write to a file and as results, and half of what all its files may hold. */
  output_mb: z.int().min(1).max(1_024).default(16),
  /** Path of the Python interpreter; one outside of /usr must be in `readable`. */
  python: z.string().default('/usr/bin/python3'),
  /** Path of Node for JavaScript programs; empty means the one this runs on. */
  node: z.string().default(''),
  /** Further folders that programs may read, bound read-only: an interpreter outside of /usr, libraries. */
  readable: z.array(z.string().startsWith('/')).default([]),
})
export type CodeOptions = z.infer<typeof CodeOptions>
