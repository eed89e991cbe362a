import { z } from 'zod'
import { ProcessName } from './process-name.ts'

const count = z.int().nonnegative()
const amount = z.number().nonnegative()

/** How fast samples and tokens came lately. Time without a request in flight is left out. */
export const Pace = z.strictObject({
  answers_per_second: amount,
  tokens_per_second: amount.describe('Completion tokens.'),
  spread: amount.describe('Standard deviation of the answers a second of the batches of time.'),
  batch_seconds: amount.describe('How long a batch of time is.'),
  batches: count.describe('Batches of time that were compared; 0 before there are enough of them.'),
})
export type Pace = z.infer<typeof Pace>

/** Seconds until the last sample, with the 90 % interval; a missing bound is not known yet, or has no end. */
export const Eta = z.strictObject({
  seconds: amount,
  low: amount.nullable(),
  high: amount.nullable(),
})
export type Eta = z.infer<typeof Eta>

/** An arm's samples in the shards that stages are done with. */
export const FinishedSamples = z.strictObject({
  planned: count,
  answered: count,
  parsed: count,
  correct: count.describe('Of those that were verified.'),
  verified: count,
  kept: count,
  paired: count,
})
export type FinishedSamples = z.infer<typeof FinishedSamples>

/** What one arm, or the judges as the arm `judge`, has done in this start. */
export const ArmFigures = z.strictObject({
  arm: z.string(),
  samples: count.describe('Samples that are done, those found on disk among them.'),
  samples_total: count
    .nullable()
    .describe('`null` where nobody knows how many there will be, as with a judge.'),
  known: count.describe('Those of them that were on disk.'),
  in_flight: count.describe('Requests that have left and have no outcome yet.'),
  requests: count.describe('Requests with an outcome.'),
  failed: count.describe('Requests that ended without an answer.'),
  truncated: count.describe('Answers that the token limit cut off.'),
  errors: z.record(z.string(), count).describe('Tries that failed, repeated ones among them, by class.'),
  prompt_tokens: count,
  completion_tokens: count,
  cost_usd: amount,
  pace: Pace.nullable(),
  eta: Eta.nullable(),
  finished: FinishedSamples,
})
export type ArmFigures = z.infer<typeof ArmFigures>

/** How a run is doing: figures of one start in one process, or of several processes together. */
export const Figures = z.strictObject({
  command: z.string(),
  elapsed_seconds: amount,
  samples: count,
  samples_total: count,
  shards: count.describe('Shards that are through all stages.'),
  shards_total: count,
  pairs: count.describe('Problems that became pairs, in the shards that came that far.'),
  rate: amount.describe('Answers a second lately.'),
  completion_tokens: count,
  cost_usd: amount.describe('Of this start.'),
  eta_seconds: amount.nullable().describe('Of the arm that takes longest; `null` before there is a rate.'),
  eta: Eta.nullable(),
  wave: count
    .optional()
    .describe(
      'The wave of a run with `select` that is under way: `samples_total`, `shards_total` and `eta` reach to its end, and others may follow.',
    ),
  in_flight: count,
  in_flight_limit: count.describe('How many may be in flight, as far as is known by now.'),
  budget: z
    .strictObject({
      spent_usd: amount,
      spent_tokens: count,
      usd: amount.nullable(),
      tokens: amount.nullable(),
    })
    .nullable()
    .describe(
      'What all starts of the run have spent, and what the recipe allows; `null` before work begins.',
    ),
  arms: z.array(ArmFigures),
})
export type Figures = z.infer<typeof Figures>

const at = z.number().describe('Milliseconds since 1970.')

/** A line of `--progress json`, and what `--json` prints besides results. */
export const ProgressLine = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('start'),
    at,
    command: z.string(),
    samples: count,
    shards: count,
    arms: z.record(z.string(), count).describe('Samples by arm.'),
  }),
  z.strictObject({ type: z.literal('progress'), at, ...Figures.shape }),
  z.strictObject({
    type: z.literal('transfer'),
    at,
    phase: z.string(),
    done: amount,
    total: amount,
    unit: z.enum(['bytes', 'files']),
    rate: amount.describe('Units a second since the phase began.'),
    eta_seconds: amount.nullable(),
  }),
  z.strictObject({ type: z.literal('note'), at, text: z.string() }),
  z.strictObject({ type: z.literal('warning'), at, text: z.string() }),
])

/** What a process of a run writes into the run folder now and then, for `status --watch`. */
export const ProgressFile = z.strictObject({
  format: z.literal(1),
  id: z.string(),
  process: ProcessName,
  /** Goes up with every writing. A turn that stays as it is tells of a process that was killed, without any clock. */
  turn: count,
  every_ms: z.number().positive(),
  state: z.enum(['working', 'done', 'stopped', 'failed']),
  figures: Figures,
  /** The same without what this process found that others had done while they work together, so that sums count it once. */
  own: Figures.optional(),
})
export type ProgressFile = z.infer<typeof ProgressFile>
