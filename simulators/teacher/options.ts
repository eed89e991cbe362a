import { z } from 'zod'
import { Mode } from '../../schemas/arm.ts'
import { faults } from './faults/registry.ts'

const Rate = z.number().min(0).max(1)
const Milliseconds = z.number().nonnegative()

/** Names of the faults that can be played: those of the registry in `faults/`. */
export const FaultName = z.enum(faults.map((fault) => fault.name))
export type FaultName = z.infer<typeof FaultName>

/** Where the reasoning goes in a response, see `dialects/`. */
export const ReplyShape = z.enum([
  'vllm',
  'reasoning_content',
  'both',
  'field_and_tags',
  'inline',
  'closing_tag_only',
  'reasoning_details',
  'harmony_raw',
])
export type ReplyShape = z.infer<typeof ReplyShape>

/** How often each spoil happens, as a probability for one reply. The defaults are those of a decent teacher. */
export const SpoilRates = z.strictObject({
  /** For a problem of medium difficulty; see `difficulty_factors`. */
  wrong_answer: Rate.default(0.15),
  missing_box: Rate.default(0.02),
  overlong: Rate.default(0.02),
  language_mix: Rate.default(0.01),
  refusal: Rate.default(0.003),
  loop: Rate.default(0.01),
  empty_content: Rate.default(0.005),
  unclosed_think: Rate.default(0.005),
  two_think_blocks: Rate.default(0.003),
  empty_think: Rate.default(0.005),
  tags_in_answer: Rate.default(0.005),
  chinese_answer: Rate.default(0),
})
export type SpoilRates = z.infer<typeof SpoilRates>

const SomeSpoilRates = z.partialRecord(SpoilRates.keyof(), Rate)

/** Everything about a simulated teacher. Every member has a default, so `{}` is a whole set of options. */
export const SimulatorOptions = z.strictObject({
  /** Another seed gives other texts, errors and faults. */
  seed: z.int().nonnegative().default(1),
  /** Which built-in problems it knows: those that `builtinProblems` gives for this seed and any count up to `limit`. */
  problems: z
    .strictObject({ seed: z.int().nonnegative().default(1), limit: z.int().positive().default(20_000) })
    .prefault({}),
  /** Where the reasoning goes in a response. */
  dialect: ReplyShape.default('vllm'),
  /** Bearer token that every request must carry; `null` demands none. */
  api_key: z.string().min(1).nullable().default(null),
  /** What `GET /v1/models` lists. Requests may name any model. */
  models: z.array(z.string().min(1)).default(['deepseek-r1', 'gpt-oss-120b', 'qwen3-32b', 'instruct']),
  /** Tokens of prompt and completion together; a request for more is refused. */
  context_length: z.int().positive().default(131_072),
  /** Multiplies the length of every reasoning. */
  length_scale: z.number().positive().default(1),
  rates: SpoilRates.prefault({}),
  /** Other rates for some models (part of the id, any case) or one mode; later entries win. */
  overrides: z
    .array(
      z.strictObject({
        model: z.string().default(''),
        mode: Mode.nullable().default(null),
        rates: SomeSpoilRates,
      }),
    )
    .default([]),
  /** Multiplies every spoil rate; 0 gives a teacher that is always right and well-formed. */
  spoil_scale: z.number().nonnegative().default(1),
  /** Multiplies the rate of wrong answers by the difficulty of the problem. */
  difficulty_factors: z
    .strictObject({
      easy: z.number().nonnegative().default(0.4),
      medium: z.number().nonnegative().default(1),
      hard: z.number().nonnegative().default(2.2),
    })
    .prefault({}),
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
  /** `Retry-After` of a 429, in seconds. */
  retry_after_s: z.number().nonnegative().default(1),
  /** `Retry-After` of the `http_429_long` fault, in seconds. */
  long_retry_after_s: z.number().nonnegative().default(240),
  /** Delay of the `slow_headers` fault. */
  slow_headers_ms: Milliseconds.default(2000),
  /** Blank lines or comments of the `keep_alive` fault, and milliseconds before each; `stall` sends them without end. */
  keep_alive_count: z.int().nonnegative().default(25),
  keep_alive_ms: Milliseconds.default(0),
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
