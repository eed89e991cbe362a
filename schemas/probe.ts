import { z } from 'zod'
import { Mode } from './arm.ts'
import { ReasoningSource } from './trace.ts'

const count = z.int().nonnegative()

/** A place where reasoning was seen. */
export const ReasoningPlace = ReasoningSource.exclude(['none'])
export type ReasoningPlace = z.infer<typeof ReasoningPlace>

/** How an arm's responses must be read, known before they come, so that reading them needs no guesses. */
export const ReadingRules = z.strictObject({
  /** Where reasoning may be found; empty for an arm that must not reason. */
  reasoning_in: z.array(ReasoningPlace),
  /** Thinking is off and the server puts the answer into the reasoning field, with empty content. */
  answer_in_reasoning: z.boolean(),
})
export type ReadingRules = z.infer<typeof ReadingRules>

/** What a recipe can accept of that which a probe or a response has against it. */
export const Acceptable = z.enum([
  'off_not_obeyed',
  'no_reasoning',
  'no_answer',
  'context_too_small',
  'answer_in_reasoning',
  'unknown_marks',
])
export type Acceptable = z.infer<typeof Acceptable>

/** One thing found, as a sentence. A `danger` ends the run unless its code is accepted. */
export const Finding = z.strictObject({
  code: z.string(),
  level: z.enum(['danger', 'warning', 'note']),
  text: z.string(),
})
export type Finding = z.infer<typeof Finding>

/** How a server takes a parameter: with effect, without a visible one, not at all; or the probe could not find out. */
export const Taken = z.enum(['taken', 'no_effect', 'refused', 'unknown'])
export type Taken = z.infer<typeof Taken>

/** What a server reports about itself besides its answers; empty or `null` where it reports nothing. */
export const ServerFacts = z.strictObject({
  /** The `server` header. */
  software: z.string(),
  /** From `/version`, or llama.cpp's `/props`. */
  version: z.string(),
  /** Context of each model that is listed with one, in tokens. */
  contexts: z.record(z.string(), z.int().positive()),
  /** Context of the server as a whole, in tokens. */
  context: z.int().positive().nullable(),
})
export type ServerFacts = z.infer<typeof ServerFacts>

/** How a streamed answer came. */
export const StreamForm = z.strictObject({
  /** It came as events, and not as one body. */
  events: z.boolean(),
  finish_reason: z.string(),
  usage: z.boolean(),
  done_mark: z.boolean(),
})
export type StreamForm = z.infer<typeof StreamForm>

/** What one arm's endpoint was found to do: `probes/<arm>.json` in the run folder. */
export const Probe = z.strictObject({
  format: z.literal(1),
  arm: z.string(),
  endpoint: z.string(),
  model: z.string(),
  mode: Mode,
  /** Of everything that the result hangs on: the server's address and dialect, the request's form. */
  fingerprint: z.string(),
  /** Of what makes stored answers this arm's: model, revision, mode, effort, endpoint. */
  identity: z.string(),
  at: z.iso.datetime(),
  depth: z.enum(['quick', 'full']),
  spend: z.strictObject({ requests: count, prompt_tokens: count, completion_tokens: count }),
  reasoning: z.strictObject({
    state: z.enum(['reasoned', 'none', 'hidden', 'unclear']),
    places: z.array(ReasoningPlace),
    answer_in_reasoning: z.boolean(),
  }),
  /** How a reply ends that meets its token limit; `null` when none did. */
  cut: z
    .strictObject({
      finish_reason: z.string(),
      content: z.enum(['text', 'empty', 'null', 'missing']),
      finish_state: z.string(),
      /** More tokens came than were allowed. */
      over_limit: z.boolean(),
    })
    .nullable(),
  usage: z.strictObject({
    given: z.boolean(),
    /** Whether the completion tokens hold the reasoning; `null` when there was none or it is not known. */
    counts_reasoning: z.boolean().nullable(),
    /** It names the tokens of the reasoning apart. */
    names_reasoning: z.boolean(),
  }),
  served: z.strictObject({
    model: z.string(),
    system_fingerprint: z.string(),
    provider: z.string(),
    software: z.string(),
    version: z.string(),
  }),
  /** Tokens of prompt and completion together, and how that is known. */
  context: z.strictObject({ tokens: z.int().positive(), from: z.enum(['server', 'refusal']) }).nullable(),
  n: Taken.nullable(),
  /** `same`: the same seed gave the same text twice; `other`: another seed gave another text. */
  seed: z.strictObject({ same: z.boolean().nullable(), other: z.boolean().nullable() }).nullable(),
  top_k: Taken.nullable(),
  min_p: Taken.nullable(),
  stream: StreamForm.nullable(),
  contract: ReadingRules.nullable(),
  /** Places that earlier probes of the same arm found and this one did not: stored answers have their reasoning there. */
  earlier: z.array(ReasoningPlace),
  findings: z.array(Finding),
})
export type Probe = z.infer<typeof Probe>
