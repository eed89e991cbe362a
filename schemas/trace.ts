import { z } from 'zod'
import { Effort, Mode, Sampling, SamplingPlan, Switch } from './arm.ts'

/** How a response ended, judged from its text and not from the server's word alone. */
export const FinishState = z.enum([
  /** An answer, whole, and a reasoning that was closed or never asked for. */
  'complete',
  /** The token limit hit inside the reasoning. */
  'cut_in_think',
  /** The token limit hit inside the answer. */
  'cut_in_answer',
  /** The server said `stop`, but the answer is empty and the text sits in the reasoning. */
  'stop_in_think',
  /** No text at all. */
  'empty',
  /** The teacher or a moderation filter declined. */
  'refusal',
  /** Think tags that cannot be read one way only. */
  'tag_damaged',
  /** The server gave an unknown finish reason, so the answer may not be whole. */
  'unknown_end',
  /** No usable response: see `error`. */
  'api_error',
])
export type FinishState = z.infer<typeof FinishState>

/** Where the reasoning was found. */
export const ReasoningSource = z.enum([
  'reasoning',
  'reasoning_content',
  'reasoning_details',
  'thinking',
  'thinking_blocks',
  /** Parts of the content that say that they are reasoning. */
  'content_parts',
  /** Another member of the message whose name says so. */
  'other_field',
  'think_tags',
  'closing_tag',
  'thought_markers',
  'harmony',
  'none',
])
export type ReasoningSource = z.infer<typeof ReasoningSource>

/** What a thinking or answering teacher was seen to do (rule 3 of the wire facts). */
export const ReasoningState = z.enum([
  'reasoned',
  /** There is a text, and far more tokens were counted as reasoning than it has: its makers sum the reasoning up. */
  'summarised',
  /** Tokens of reasoning were counted and none were shown. */
  'hidden',
  'empty_think_block',
  'none_returned',
  'none',
])
export type ReasoningState = z.infer<typeof ReasoningState>

/** What became of a sample that the token limit cut off. */
export const TruncationState = z.enum([
  /** It was not cut off. */
  'none',
  /** Cut off and left as it was. */
  'kept',
  /** The answer to the same request with a higher limit. */
  'raised',
  /** Put together from the parts of an answer that was continued. */
  'continued',
  /** A further request failed (it did not fit the context, the server refused it); what was there before it is kept. */
  'step_failed',
])
export type TruncationState = z.infer<typeof TruncationState>

/** Token counts as the server billed them; `null` where it did not say. */
export const Usage = z.strictObject({
  prompt_tokens: z.int().nonnegative().nullable(),
  completion_tokens: z.int().nonnegative().nullable(),
  /** Part of `completion_tokens` where known; never added to it. */
  reasoning_tokens: z.int().nonnegative().nullable(),
  cached_tokens: z.int().nonnegative().nullable(),
})
export type Usage = z.infer<typeof Usage>

/** What a response is taken to have been billed for: the server's counts, and an estimate where it gives none. */
export const Billed = z.strictObject({
  prompt_tokens: z.int().nonnegative(),
  completion_tokens: z.int().nonnegative(),
  /** Whether any of the two was counted here. */
  estimated: z.boolean(),
  /** What counted: `server`, a vocabulary, a tokenizer file, or the characters that a token has on average. */
  counted_with: z.string(),
})
export type Billed = z.infer<typeof Billed>

/** One answered sample, split into reasoning and answer. Row of the `traces/` parts; the body as it came is in the journal. */
export const Trace = z.strictObject({
  key: z.string(),
  problem_id: z.string(),
  arm: z.string(),
  sample_index: z.int().nonnegative(),
  sampling_plan: SamplingPlan,
  teacher: z.string(),
  model: z.string(),
  /** The model id that the server says it used; empty when it did not say. */
  served_model: z.string(),
  /** The provider behind a router, empty when not stated. */
  provider: z.string(),
  mode: Mode,
  switch: Switch,
  effort: Effort.nullable(),
  sampling: Sampling,
  /** 0 where it is not known (imported traces). */
  seed: z.int().nonnegative(),
  /**
   * Hash of the messages as sent: equal in two arms exactly when they were asked the same. Empty where they are not
   * known.
   */
  prompt_hash: z.string(),
  reasoning: z.string(),
  answer: z.string(),
  /** Marks around the answer that are no part of it and were taken off, such as `<answer>`; the journal still has them. */
  removed_marks: z.array(z.string()),
  reasoning_source: ReasoningSource,
  reasoning_state: ReasoningState,
  /** As the server sent it, empty when missing. */
  finish_reason: z.string(),
  finish_state: FinishState,
  truncation: TruncationState,
  /** Requests that the sample took, tries at the same one left out: more than 1 where the token limit was hit. */
  steps: z.int().positive(),
  /** Of the request that the trace came from; of a continued answer the completion tokens of all its requests. */
  usage: Usage,
  billed: Billed,
  /** Counted here with `tokenizer`, so that lengths of different teachers compare. */
  reasoning_tokens: z.int().nonnegative(),
  answer_tokens: z.int().nonnegative(),
  tokenizer: z.string(),
  tokens_estimated: z.boolean(),
  /** What kept the sample from being answered or its answer from being used, as `code: sentence`; empty when nothing did. */
  error: z.string(),
})
export type Trace = z.infer<typeof Trace>
