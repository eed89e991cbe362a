import { z } from 'zod'
import { Effort, Mode, Sampling, SamplingPlan, Switch } from '../../schemas/arm.ts'
import { measureOf } from '../../schemas/decision.ts'
import { Task } from '../../schemas/problem.ts'
import type { Problem } from '../../schemas/problem.ts'
import { FinishState, TruncationState } from '../../schemas/trace.ts'
import type { Trace } from '../../schemas/trace.ts'
import { VerdictSource, VerdictValue } from '../../schemas/verdict.ts'
import type { GroupSample } from './export.ts'
import { renderThinking } from './think.ts'

/** Columns that say how an answer came about and what was found out about it. */
export const traceColumns = {
  final_answer: z
    .string()
    .describe('final answer as the verifier read it out of the text, empty when it found none'),
  verdict: VerdictValue.describe('whether the answer is right, as verifier, judge and majority together say'),
  verdict_rule: VerdictValue.describe("what the verifier found against the source's reference"),
  verdict_judge: VerdictValue.nullable().describe('what a model as judge found, null where none was asked'),
  verdict_source: VerdictSource.describe('what the verdict rests on'),
  majority_answer: z
    .string()
    .describe("answer that stood in for the reference, empty where the source's own was used"),
  gold_suspect: z.boolean().describe('whether the samples of the problem speak against its reference'),
  gold_repaired: z.boolean().describe('whether majority_answer replaced the reference for the verdict'),
  verifier: z.string().describe('verifier and its version'),
  correct: z
    .int()
    .nonnegative()
    .describe('right ones among the samples of its arm for this problem that every problem has'),
  checked: z
    .int()
    .nonnegative()
    .describe('how many of these samples were checked: the pass rate is correct / checked'),
  format_reward: z
    .int()
    .min(0)
    .max(1)
    .describe(
      '1 for a whole answer in the form of its mode (thinking block and answer, or answer alone, no tags left), else 0',
    ),
  language_consistency: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .describe(
      "share of the reasoning's letters that are in a script of the prompt, null where there is no reasoning in words",
    ),
  teacher: z.string().describe('teacher family'),
  model: z.string().describe('model id as asked for'),
  revision: z.string().describe('model revision as the operator stated it, empty when not stated'),
  served_model: z.string().describe('model id that the server says it used, empty when it did not say'),
  provider: z.string().describe('provider behind a router, empty when not stated'),
  mode: Mode.describe('whether the teacher reasoned before it answered'),
  switch: Switch.describe(
    'how the mode was brought about: native, soft (words in the system message), prefilled_empty (an empty think block begun for a model that always reasons)',
  ),
  effort: Effort.nullable().describe('reasoning effort asked for, where the teacher has one'),
  sampling: Sampling.describe('decoding parameters as sent; null was left out'),
  sample_index: z.int().nonnegative().describe('which sample of the arm this is'),
  sampling_plan: SamplingPlan.describe(
    'fixed: every problem has as many samples; adaptive: as many as its answers made necessary, so that the share of right ones among them is no pass rate',
  ),
  seed: z.int().nonnegative().describe('seed as sent'),
  finish_reason: z.string().describe('finish reason as the server sent it'),
  finish_state: FinishState.describe('how the response ended, judged from its text'),
  truncation: TruncationState.describe(
    'what became of an answer that the token limit cut off: kept, raised, continued, step_failed; none where it was not cut off',
  ),
  steps: z.int().positive().describe('requests that the answer took'),
  prompt_tokens: z.int().nonnegative().nullable().describe('as the server billed, null where it did not say'),
  completion_tokens: z
    .int()
    .nonnegative()
    .nullable()
    .describe('as the server billed, null where it did not say'),
  reasoning_tokens: z
    .int()
    .nonnegative()
    .describe("length of the reasoning, counted with the row's tokenizer"),
  answer_tokens: z.int().nonnegative().describe("length of the answer, counted with the row's tokenizer"),
  num_tokens: z.int().nonnegative().describe('reasoning and answer together'),
  tokenizer: z.string().describe('tokenizer of the three counts'),
} as const

/** Columns that describe the problem; the same in every configuration. */
export const problemColumns = {
  reference_answers: z.array(z.string()).describe('reference answers, any of which is right'),
  choices: z.array(z.string()).describe('options of a multiple-choice problem in order, else empty'),
  task: Task.describe('kind of problem, which decides the verifier'),
  source: z.string().describe('where the problem came from'),
  source_id: z.string().describe('its id there'),
  domain: z.string().describe('subject'),
  difficulty: z.string().describe('difficulty label of the source, empty where it has none'),
  license: z.string().describe('licence of the problem'),
} as const

type Values<Columns extends z.core.$ZodLooseShape> = z.input<z.ZodObject<Columns>>

export function traceValues({
  arm,
  trace,
  verdict,
  decision,
  rate,
}: GroupSample): Values<typeof traceColumns> {
  return {
    final_answer: verdict.extracted,
    verdict: verdict.verdict,
    verdict_rule: verdict.verdict_rule,
    verdict_judge: verdict.verdict_judge,
    verdict_source: verdict.verdict_source,
    majority_answer: verdict.majority_answer,
    gold_suspect: verdict.gold_suspect,
    gold_repaired: verdict.gold_repaired,
    verifier: `${verdict.verifier} ${verdict.verifier_version}`,
    correct: rate.correct,
    checked: rate.checked,
    format_reward: measureOf(decision, 'format_reward')!,
    language_consistency: measureOf(decision, 'language_consistency'),
    teacher: trace.teacher,
    model: trace.model,
    revision: arm.revision,
    served_model: trace.served_model,
    provider: trace.provider,
    mode: trace.mode,
    switch: trace.switch,
    effort: trace.effort,
    sampling: trace.sampling,
    sample_index: trace.sample_index,
    sampling_plan: trace.sampling_plan,
    seed: trace.seed,
    finish_reason: trace.finish_reason,
    finish_state: trace.finish_state,
    truncation: trace.truncation,
    steps: trace.steps,
    prompt_tokens: trace.usage.prompt_tokens,
    completion_tokens: trace.usage.completion_tokens,
    reasoning_tokens: trace.reasoning_tokens,
    answer_tokens: trace.answer_tokens,
    num_tokens: trace.reasoning_tokens + trace.answer_tokens,
    tokenizer: trace.tokenizer,
  }
}

export function problemValues(problem: Problem): Values<typeof problemColumns> {
  return {
    reference_answers: problem.answers,
    choices: problem.choices,
    task: problem.task,
    source: problem.source,
    source_id: problem.source_id,
    domain: problem.domain,
    difficulty: problem.difficulty,
    license: problem.license,
  }
}

/** Every export of a run shows the same message, so it is put together once. */
const messages = new WeakMap<Trace, string>()

/** The assistant's message: with the thinking block where the arm reasons, the answer alone where it does not. */
export function assistantMessage({ arm, trace }: GroupSample): string {
  let message = messages.get(trace)
  if (message === undefined) {
    message = renderThinking(arm.mode === 'thinking' ? trace.reasoning : null, trace.answer)
    messages.set(trace, message)
  }
  return message
}
