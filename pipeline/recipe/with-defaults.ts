import type { z } from 'zod'

/** A section that may be left out whole: its own defaults are what an empty one gives. */
export function withDefaults<Schema extends z.ZodType>(schema: Schema): z.ZodPrefault<Schema> {
  return schema.prefault({} as never)
}
