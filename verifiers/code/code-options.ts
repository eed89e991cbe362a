import { z } from 'zod'

/** How programs are run; a section of the recipe's `verify`. */
export const CodeOptions = z.strictObject({
  cpu_seconds: z
    .int()
    .min(1)
    .max(600)
    .default(10)
    .describe(
      'CPU seconds of the program: for all tests of a function together, for each input of a whole program',
    ),
  wall_seconds: z
    .int()
    .min(1)
    .max(3_600)
    .default(30)
    .describe('seconds by the clock before a program that waits instead of computing is killed'),
  memory_mb: z.int().min(64).max(65_536).default(512).describe('megabytes of memory of each process'),
  processes: z.int().min(4).max(1_024).default(32).describe('processes and threads of a sandbox together'),
  output_mb: z
    .int()
    .min(1)
    .max(1_024)
    .default(16)
    .describe(
      'megabytes a program may write to a file and as results, and half of what all its files may hold',
    ),
  python: z
    .string()
    .default('/usr/bin/python3')
    .describe('path of the Python interpreter; one outside of /usr must be in `readable`'),
  node: z
    .string()
    .default('')
    .describe('path of Node for JavaScript programs; empty means the one this runs on'),
  readable: z
    .array(z.string().startsWith('/'))
    .default([])
    .describe(
      'further folders that programs may read, bound read-only: an interpreter outside of /usr, libraries',
    ),
})
export type CodeOptions = z.infer<typeof CodeOptions>
