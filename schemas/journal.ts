import { z } from 'zod'
import type { FailureReason } from './reasons.ts'

/** One try at the wire: how long it took and how it ended. */
export const Attempt = z.strictObject({
  /** Milliseconds from sending to the last byte or the failure. */
  ms: z.number().nonnegative(),
  /** HTTP status, 0 when no response came. */
  status: z.int().nonnegative(),
  /** Empty for the try that succeeded. */
  error: z.string(),
  /** Tokens that a failed try is known to have been billed for, or an answer that does not state its usage. */
  completion_tokens: z.int().nonnegative().nullable(),
  /** The same of its prompt. */
  prompt_tokens: z.int().nonnegative().optional(),
  /** The server did not say, so the text that came was counted. */
  estimated: z.literal(true).optional(),
})
export type Attempt = z.infer<typeof Attempt>

const sampleFields = {
  key: z.string(),
  problem_id: z.string(),
  /** Who is asked: an arm, or in the journal of the judges `judge@` and the endpoint. */
  arm: z.string(),
  sample_index: z.int().nonnegative(),
  /** Who was paid: missing in journals of earlier versions. */
  endpoint: z.string().optional(),
  model: z.string().optional(),
  /** Milliseconds since 1970, UTC. */
  at: z.number(),
}

/** Where a sample came from that was not asked for. */
const ImportedFrom = z.strictObject({
  /** File and row, or dataset and row. */
  position: z.string(),
  /** Hash of what was asked there as far as the row says it, empty where it does not. */
  prompt_hash: z.string(),
})

/** Tokens that a budget sets aside for a request until its outcome is there. */
export const SetAside = z.strictObject({
  prompt: z.int().nonnegative(),
  completion: z.int().nonnegative(),
})
export type SetAside = z.infer<typeof SetAside>

/** On disk before a request leaves: what may have been paid for if no outcome follows. */
export const Intent = z.strictObject({
  type: z.literal('intent'),
  ...sampleFields,
  /** The most that a try may be billed for, where several workers share a budget: counted should this one die. */
  set_aside: SetAside.optional(),
})
export type Intent = z.infer<typeof Intent>

/** On disk before a batch file is handed out: the sample is on its way through a batch and is not asked for meanwhile. */
export const Exported = z.strictObject({
  type: z.literal('exported'),
  ...sampleFields,
  /** Name of the batch. */
  batch: z.string(),
  set_aside: SetAside.optional(),
  /** Tokens of the prompt as counted here, for results that state no usage; missing in journals of earlier versions. */
  prompt_tokens: z.int().nonnegative().optional(),
})
export type Exported = z.infer<typeof Exported>

/** On disk before an answer is used: a sample with this line is never asked again. */
export const Answered = z.strictObject({
  type: z.literal('answered'),
  ...sampleFields,
  attempts: z.array(Attempt),
  imported: ImportedFrom.optional(),
  /** The batch that the outcome came in, and what was set aside for it. */
  batch: z.string().optional(),
  set_aside: SetAside.optional(),
  /** The run in which the answer was paid for, as the recipe names it; it then has no attempts here. */
  reused: z.string().optional(),
  /** The response body as parsed JSON; a stream is merged into one body of the non-streaming shape. */
  body: z.unknown(),
})
export type Answered = z.infer<typeof Answered>

/** No answer came. A `retryable` failure is the server's (asked again at the next start), others are the request's own. */
const Failed = z.strictObject({
  type: z.literal('failed'),
  ...sampleFields,
  attempts: z.array(Attempt),
  /** A `FailureReason`, or what another version called it. */
  code: z.string(),
  message: z.string(),
  retryable: z.boolean(),
  imported: ImportedFrom.optional(),
  /** The batch that the outcome came in, and what was set aside for it. */
  batch: z.string().optional(),
  set_aside: SetAside.optional(),
  /** Text that arrived before a stream broke, as a merged body; absent when nothing came. */
  partial: z.unknown().optional(),
})
type Failed = z.infer<typeof Failed>

export const JournalLine = z.discriminatedUnion('type', [Intent, Exported, Answered, Failed])
export type JournalLine = z.infer<typeof JournalLine>
export type Outcome = Answered | Failed

/**
 * An outcome as it is written. Codes of other versions are accepted when a journal is read, but only declared ones are
 * written.
 */
export type WrittenOutcome = Answered | (Omit<Failed, 'code'> & { code: FailureReason })
export type WrittenLine = Intent | Exported | WrittenOutcome
