import { z } from 'zod'

const count = z.int().nonnegative()

/**
 * Which samples an export is given: `selected`, the pair of every problem that has one; `kept`, those that the filters
 * keep, of every problem that has any; `all`, every sample of every problem, kept or not.
 */
const ExportReads = z.enum(['selected', 'kept', 'all'])

/** One written configuration of a dataset, with the number of problems and samples that its export was given. */
export const WrittenExport = z.strictObject({
  name: z.string(),
  version: z.string(),
  reads: ExportReads,
  /** Whether it has exactly one row for each pair, in the same shards as the others that do. */
  matched: z.boolean(),
  /** Problems of which it was given anything, and the samples that it was given. */
  groups: count,
  samples: count,
  rows: count,
  /** Samples that it was not given because reviewers took their pairs out; missing where there are none. */
  withdrawn: count.optional(),
})
export type WrittenExport = z.infer<typeof WrittenExport>
