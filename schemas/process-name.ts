import { z } from 'zod'

/** A process on a machine, told apart from a later one with the same number by when it began. */
export const ProcessName = z.object({ pid: z.int(), host: z.string(), started: z.string() })
export type ProcessName = z.infer<typeof ProcessName>
