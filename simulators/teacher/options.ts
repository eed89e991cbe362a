import { z } from 'zod'
import { FaultOptions } from './faults/fault-options.ts'
import { faults } from './faults/registry.ts'
import { ReplyShapeName } from './reply-shapes/reply-shape.ts'
import { SpoilOptions } from './spoils/spoil-options.ts'

const Rate = z.number().min(0).max(1)
const Milliseconds = z.number().nonnegative()

/** Names of the faults that can be played: those of the registry in `faults/`. */
export const FaultName = z.enum(faults.map((fault) => fault.name))
export type FaultName = z.infer<typeof FaultName>

/** Everything about a simulated teacher. Every member has a default, so `{}` is a whole set of options. */
export const SimulatorOptions = z.strictObject({
  /** Another seed gives other texts, errors and faults. */
  seed: z.int().nonnegative().default(1),
  /** Which built-in problems it knows: those that `builtinProblems` gives for this seed and any count up to `limit`. */
  problems: z
    .strictObject({ seed: z.int().nonnegative().default(1), limit: z.int().positive().default(20_000) })
    .prefault({}),
  /** Where the reasoning goes in a response. */
  dialect: ReplyShapeName.default('vllm'),
  /** Bearer token that every request must carry; `null` demands none. */
  api_key: z.string().min(1).nullable().default(null),
  /** What `GET /v1/models` lists. Requests may name any model. */
  models: z.array(z.string().min(1)).default(['deepseek-r1', 'gpt-oss-120b', 'qwen3-32b', 'instruct']),
  /** Multiplies the length of every reasoning. */
  length_scale: z.number().positive().default(1),
  ...SpoilOptions.shape,
  /** How often each fault happens, as a probability for one attempt; at most one happens, so the sum is at most 1. */
  faults: z
    .partialRecord(FaultName, Rate)
    .refine(
      (rates) => Object.values(rates).reduce((total: number, rate) => total + (rate ?? 0), 0) <= 1 + 1e-9,
      {
        error: 'the rates of all faults must add up to at most 1',
      },
    )
    .default({}),
  /** Faults of the first attempts of every request, in order; `null` is an attempt that goes well. */
  first_attempts: z.array(FaultName.nullable()).default([]),
  ...FaultOptions.shape,
  /** Milliseconds before the first token, and for each further one. */
  first_token_ms: Milliseconds.default(0),
  token_ms: Milliseconds.default(0),
  /** Tokens in one event of a stream. */
  chunk_tokens: z.int().positive().default(4),
  /** Requests answered at the same time; `null` sets no limit. */
  concurrency: z.int().positive().nullable().default(null),
  /** What happens to a request over the limit: it waits, or it is refused with 429 and `Retry-After`. */
  when_full: z.enum(['queue', 'refuse']).default('queue'),
})
export type SimulatorOptions = z.infer<typeof SimulatorOptions>
/** Options as they are written down, defaults left out. */
export type SimulatorInput = z.input<typeof SimulatorOptions>
