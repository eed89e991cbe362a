import { z } from 'zod'
import { hashOf } from './canonical.ts'

/** Whether the teacher reasons before it answers. */
export const Mode = z.enum(['thinking', 'non_thinking'])
export type Mode = z.infer<typeof Mode>

export const Effort = z.enum(['low', 'medium', 'high', 'max'])
export type Effort = z.infer<typeof Effort>

/** How a model that could do otherwise is brought to the mode of its arm. */
export const Switch = z.enum([
  /** By the switch of the model or its server; also where the model has this one mode only. */
  'native',
  /** By words in the system message that the model obeys: `/no_think` and `/think` of Qwen3. */
  'soft',
  /** Against its nature: its turn is begun for it with an empty think block (NoThinking, arXiv 2504.09858). */
  'prefilled_empty',
])
export type Switch = z.infer<typeof Switch>

/** Decoding parameters as they are sent; `null` means that the parameter is left out of the request. */
export const Sampling = z.strictObject({
  temperature: z.number().min(0).max(2).nullable(),
  top_p: z.number().gt(0).max(1).nullable(),
  top_k: z.int().min(0).nullable(),
  min_p: z.number().min(0).max(1).nullable(),
  presence_penalty: z.number().min(-2).max(2).nullable(),
  /** Upper bound of generated tokens, reasoning included; `null` where it is not known (imported traces). */
  max_tokens: z.int().positive().nullable(),
})
export type Sampling = z.infer<typeof Sampling>

/** The dataset that the traces of an arm are taken from, instead of asking a teacher. */
export const ArmImport = z.strictObject({
  /** Paths or patterns, as `problems.files`; none for a dataset of the Hub. */
  files: z.array(z.string()),
  hub: z
    .strictObject({ repo: z.string(), config: z.string(), split: z.string(), revision: z.string() })
    .nullable(),
  format: z.enum(['auto', 'jsonl', 'csv', 'parquet']),
  /** Column of the response or the list of responses, empty to look for it. */
  field: z.string(),
  /** What says which problem a row answers. */
  match: z.enum(['auto', 'id', 'prompt']),
  /** Column of the problem's id, empty for `pair_id` or `id`. */
  id: z.string(),
  /** Column of the prompt, empty to look for it. */
  prompt: z.string(),
})
export type ArmImport = z.infer<typeof ArmImport>

/** What is done about an answer that the token limit cut off; the same request is never sent again. */
export const Truncation = z.discriminatedUnion('policy', [
  /** The answer stays as it is. */
  z.strictObject({ policy: z.literal('keep') }),
  /** Asked again with each of these limits in turn, until it fits. */
  z.strictObject({ policy: z.literal('raise'), max_tokens: z.array(z.int().positive()).min(1) }),
  /** The text goes back to be continued, at most `rounds` times; `max_tokens` is the total of all requests. */
  z.strictObject({
    policy: z.literal('continue'),
    max_tokens: z.int().positive(),
    rounds: z.int().positive(),
  }),
])
export type Truncation = z.infer<typeof Truncation>

/** When sampling of one problem ends, where the number of samples depends on what the answers are. */
export const AdaptiveSampling = z.strictObject({
  /** Asked of every problem; pass rates are counted over these alone, because nothing that was answered decided on them. */
  min: z.int().positive(),
  max: z.int().positive(),
  /** Right and complete answers that are enough. */
  correct: z.int().positive(),
  /** Samples asked for at a time beyond the first `min`. */
  step: z.int().positive(),
  /** Given up when `after` samples or more hold no more than `correct` right ones; `null` never gives up. */
  give_up: z.strictObject({ after: z.int().positive(), correct: z.int().nonnegative() }).nullable(),
})
export type AdaptiveSampling = z.infer<typeof AdaptiveSampling>

/** Whether every problem has the same number of samples, or as many as its answers made necessary. */
export const SamplingPlan = z.enum(['fixed', 'adaptive'])
export type SamplingPlan = z.infer<typeof SamplingPlan>

/** One way of asking, fully resolved: the recipe's arm with every default of its teacher filled in. */
export const Arm = z.strictObject({
  name: z.string(),
  /** `ift`, `reasoning` or a teacher label; names the dataset configuration that the arm's rows go to. */
  role: z.string(),
  /** Key of the teacher registry. */
  teacher: z.string(),
  /** The model id that the endpoint knows, and the revision the operator states, empty when not stated. */
  model: z.string(),
  revision: z.string(),
  mode: Mode,
  switch: Switch,
  effort: Effort.nullable(),
  sampling: Sampling,
  /** Samples asked for each problem; the most of them where the sampling is adaptive. */
  samples: z.int().positive(),
  /** `null` where every problem has `samples` samples. */
  adaptive: AdaptiveSampling.nullable(),
  truncated: Truncation,
  /** System message, empty for none. */
  system: z.string(),
  /** Name of the endpoint in the recipe, empty for an arm whose traces are imported. */
  endpoint: z.string(),
  /** `null` for an arm that is asked. */
  import: ArmImport.nullable(),
  /** Further request fields that the recipe states; they win over what the teacher sets. */
  extra_body: z.record(z.string(), z.unknown()),
  /**
   * The model's `tokenizer.json`, a path or `hub:ORG/NAME@COMMIT/PATH`, which counts lengths and what the server does not
   * report; empty for none.
   */
  tokenizer: z.string(),
})
export type Arm = z.infer<typeof Arm>

/** The samples that an arm asks of every problem, independent of the answers: a pass rate may be computed over these. */
export function firstSamples(arm: Pick<Arm, 'samples' | 'adaptive'>): number {
  return arm.adaptive?.min ?? arm.samples
}

/** A chat-completions request body without the fields that differ between samples. */
export type ChatRequest = {
  model: string
  /** Reasoning has a field of its own for a server that takes it there when it continues a message. */
  messages: { role: 'system' | 'user' | 'assistant'; content: string; reasoning_content?: string }[]
} & Record<string, unknown>

/**
 * The identity of one sample: what is asked, of which revision of the model, and which of its samples this is. Names of
 * arms and endpoints and the base URL are left out on purpose: another name, or a server that moves to another port, does
 * not make the paid answers worthless.
 */
export function sampleKey(request: ChatRequest, { revision }: Pick<Arm, 'revision'>, index: number): string {
  return hashOf({ v: 2, request, revision, index })
}

/** The identity that the first version gave a sample, with the names that its arm and endpoint had then. */
export function formerSampleKey(
  request: ChatRequest,
  arm: Pick<Arm, 'name' | 'endpoint' | 'revision'>,
  index: number,
): string {
  return hashOf({ v: 1, request, arm: arm.name, endpoint: arm.endpoint, revision: arm.revision, index })
}

/** The identity of an imported sample: which content it came from, for which problem, and which of its samples it is. */
export function importedKey(contentDigest: string, arm: string, problemId: string, index: number): string {
  return hashOf({ v: 1, imported: contentDigest, arm, problem: problemId, index })
}

/** A seed of 31 bits derived from the sample's key, so that samples differ and a repeated request does not. */
export function sampleSeed(key: string): number {
  return Number.parseInt(key.slice(0, 8), 16) >>> 1
}
