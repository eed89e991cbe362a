import { z } from 'zod'

const count = z.int().nonnegative()

/** How a run's problems are cut into shards. It changes with the problems; journals stay where they are and are found by the id. */
export const ShardPlan = z.strictObject({
  shards: z.int().positive(),
  per_shard: z.int().positive(),
  /** Fingerprint of the problem set: the recipe's section and the content of its files. */
  fingerprint: z.string(),
  /** How references were checked where bad ones are dropped; a later change of it does not undo a run that has begun. */
  golds: z.string(),
  /** Rows read from the source, and what became of them: `problems` plus the sum of `lost` equals `read`. */
  read: count,
  lost: z.record(z.string(), count),
  problems: count,
  /** Other numbers of shards that something was asked under, oldest first; missing while the problems have never changed. */
  earlier: z.array(z.int().positive()).optional(),
})
export type ShardPlan = z.infer<typeof ShardPlan>

/** `run.json`: what this run folder is a run of. */
export const RunRecord = z.strictObject({
  format: z.literal(1),
  name: z.string(),
  created_at: z.string(),
  twinstill: z.string(),
  node: z.string(),
  /**
   * Commits of the program that have worked on the run, in the order of their first start; missing where it did not run
   * from its repository, and in records of earlier versions.
   */
  commits: z.array(z.string()).optional(),
  /** The recipe as resolved when the run was last started, with every default. */
  recipe: z.unknown(),
  /**
   * The latest price of every endpoint that a start of this run has stated, for what was bought where the recipe does
   * not ask any more.
   */
  prices: z.record(z.string(), z.unknown()).default({}),
  plan: ShardPlan.nullable(),
  /** Commits that branches and tags of datasets on the Hub pointed to when the run first read them, by `org/name@branch`. */
  pins: z.record(z.string(), z.string()).optional(),
  /** Checksum of everything else; missing in records of earlier versions. */
  sum: z.string().optional(),
})
export type RunRecord = z.infer<typeof RunRecord>
