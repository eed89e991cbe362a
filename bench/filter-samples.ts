import type { Sample } from '../filters/filter.ts'
import type { Arm, Mode, Sampling } from '../schemas/arm.ts'
import { problemId } from '../schemas/problem.ts'
import type { Text } from './filter-texts.ts'

/** Nine tenths reasoning, the rest answer; every fourth sample is one of an arm that answers without reasoning. */
export function samplesOf(all: readonly Text[]): Sample[] {
  return all.map(sampleOf)
}

export function sampleOf({ text, prompt }: Text, index: number): Sample {
  const cut = index % 4 === 3 ? 0 : Math.round(text.length * 0.9)
  return madeSample(prompt, { reasoning: text.slice(0, cut), answer: text.slice(cut) })
}

const sampling: Sampling = {
  temperature: 0.6,
  top_p: 0.95,
  top_k: null,
  min_p: null,
  presence_penalty: null,
  max_tokens: 32_768,
}

function madeArm(mode: Mode): Arm {
  return {
    name: mode,
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
    system: '',
    endpoint: 'e',
    import: null,
    extra_body: {},
    tokenizer: '',
  }
}

/** A right and whole answer with the lengths of its texts in tokens, at four characters a token. */
export function madeSample(
  prompt: string,
  { reasoning, answer }: Record<'reasoning' | 'answer', string>,
  mode: Mode = reasoning === '' ? 'non_thinking' : 'thinking',
): Sample {
  const arm = madeArm(mode)
  const id = problemId({ prompt, choices: [] })
  const names = { key: 'k', problem_id: id, arm: arm.name, sample_index: 0 }
  const known = { source: 'bench', source_id: '1', license: 'mit', domain: '', difficulty: '' }
  const { teacher, model, effort } = arm
  return {
    problem: { id, prompt, answers: ['42'], choices: [], task: 'math', ...known },
    instruction: prompt,
    arm,
    trace: {
      ...names,
      teacher,
      model,
      mode,
      effort,
      sampling,
      served_model: '',
      provider: '',
      switch: 'native',
      seed: 1,
      prompt_hash: '',
      reasoning,
      answer,
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
      reasoning_tokens: Math.round(reasoning.length / 4),
      answer_tokens: Math.round(answer.length / 4),
      tokenizer: 't',
      tokens_estimated: false,
      error: '',
    },
    verdict: {
      ...names,
      verdict: 'correct',
      extracted: '42',
      extraction: 'last_line',
      path: 'literal',
      reason: '',
      verifier: 'math',
      verifier_version: '1',
      verdict_rule: 'correct',
      verdict_judge: null,
      verdict_source: 'rule',
      majority_answer: '',
      gold_suspect: false,
      gold_repaired: false,
    },
  }
}
