import { noFiles } from '../../filters/apply.ts'
import type { Sample } from '../../filters/filter.ts'
import { sampleFilters } from '../../filters/registry.ts'
import type { Mode } from '../../schemas/arm.ts'
import { type Problem, problemId } from '../../schemas/problem.ts'
import type { Trace } from '../../schemas/trace.ts'
import type { VerdictValue } from '../../schemas/verdict.ts'

export type SampleOptions = {
  mode?: Mode
  arm?: string
  system?: string
  prompt?: string
  problem?: Partial<Problem>
  trace?: Partial<Trace>
  verdict?: VerdictValue
}

const sampling = {
  temperature: 0.6,
  top_p: 0.95,
  top_k: null,
  min_p: null,
  presence_penalty: null,
  max_tokens: 32_768,
}

/** A sample that nothing speaks against, with what a test changes. */
export function makeSample(options: SampleOptions = {}): Sample {
  const mode = options.mode ?? 'thinking'
  const prompt = options.prompt ?? 'A shop sells pens at 3 euros each. How much do 14 pens cost?'
  const identity = {
    key: 'k',
    problem_id: problemId({ prompt, choices: [] }),
    arm: options.arm ?? mode,
    sample_index: 0,
  }
  return {
    problem: {
      id: identity.problem_id,
      prompt,
      answers: ['42'],
      choices: [],
      task: 'math',
      source: 'test',
      source_id: '1',
      license: 'mit',
      domain: '',
      difficulty: '',
      ...options.problem,
    },
    instruction: options.problem?.prompt ?? prompt,
    arm: {
      name: identity.arm,
      role: mode === 'thinking' ? 'reasoning' : 'ift',
      teacher: 'qwen3',
      model: 'm',
      revision: '',
      mode,
      switch: 'native',
      effort: null,
      sampling,
      samples: 1,
      adaptive: null,
      truncated: { policy: 'keep' },
      system: options.system ?? '',
      endpoint: 'e',
      import: null,
      extra_body: {},
      tokenizer: '',
    },
    trace: {
      ...identity,
      teacher: 'qwen3',
      model: 'm',
      served_model: '',
      provider: '',
      mode,
      switch: 'native',
      effort: null,
      sampling,
      seed: 1,
      prompt_hash: '',
      reasoning:
        mode === 'thinking' ? 'Each pen costs 3 euros, so 14 pens cost 14 times 3, which is 42.' : '',
      answer: 'The pens cost 42 euros.',
      removed_marks: [],
      reasoning_source: mode === 'thinking' ? 'reasoning_content' : 'none',
      reasoning_state: mode === 'thinking' ? 'reasoned' : 'none',
      finish_reason: 'stop',
      finish_state: 'complete',
      truncation: 'none',
      steps: 1,
      sampling_plan: 'fixed',
      usage: { prompt_tokens: 20, completion_tokens: 40, reasoning_tokens: null, cached_tokens: null },
      billed: { prompt_tokens: 20, completion_tokens: 40, estimated: false, counted_with: 'server' },
      reasoning_tokens: mode === 'thinking' ? 25 : 0,
      answer_tokens: 8,
      tokenizer: 't',
      tokens_estimated: false,
      error: '',
      ...options.trace,
    },
    verdict: {
      ...identity,
      verdict: options.verdict ?? 'correct',
      extracted: '42',
      extraction: 'last_line',
      path: 'literal',
      reason: '',
      verifier: 'math',
      verifier_version: '1',
      verdict_rule: options.verdict ?? 'correct',
      verdict_judge: null,
      verdict_source: 'rule',
      majority_answer: '',
      gold_suspect: false,
      gold_repaired: false,
    },
  }
}

/** The reasons of one filter of the registry for a sample. */
export function reasonsOf(
  name: string,
  options: Record<string, unknown>,
  sample: SampleOptions,
): readonly string[] {
  const filter = sampleFilters.find((candidate) => candidate.name === name)
  if (filter === undefined) throw new Error(`no filter ${name}`)
  return filter.create!(filter.options.parse(options), noFiles)(makeSample(sample), {})
}
