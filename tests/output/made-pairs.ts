import type { Arm } from '../../schemas/arm.ts'
import { hashOf } from '../../schemas/canonical.ts'
import type { GroupSample, ProblemGroup } from '../../output/exports/export.ts'

/** An arm of a comparison, as a recipe would resolve it. */
export function madeArm(role: string, mode: Arm['mode'], changes: Partial<Arm> = {}): Arm {
  return {
    name: `${role}-arm`,
    role,
    teacher: mode === 'thinking' ? 'qwen3' : 'qwen2',
    model: `made/${role}`,
    revision: '',
    mode,
    switch: 'native',
    effort: null,
    sampling: {
      temperature: 0.6,
      top_p: 0.95,
      top_k: null,
      min_p: null,
      presence_penalty: null,
      max_tokens: 4096,
    },
    samples: 2,
    adaptive: null,
    truncated: { policy: 'keep' },
    system: '',
    endpoint: 'local',
    import: null,
    extra_body: {},
    tokenizer: '',
    ...changes,
  }
}

export const studyArms: Arm[] = [madeArm('reasoning', 'thinking'), madeArm('ift', 'non_thinking')]

export type MadeTexts = { prompt?: string; reasoning?: string; answer?: string }

/** The pair of one problem, answered by every arm. */
export function madePair(index: number, arms: readonly Arm[], texts: MadeTexts = {}): ProblemGroup {
  const prompt = texts.prompt ?? `What is ${index} + ${index}?`
  const problem: ProblemGroup['problem'] = {
    id: hashOf({ index }),
    prompt,
    answers: index % 3 === 0 ? [] : [String(2 * index), ''],
    choices: [],
    task: 'math',
    source: 'made/sums',
    source_id: String(index),
    license: 'CC-BY-4.0',
    domain: 'arithmetic',
    difficulty: '',
  }
  const instruction = `${prompt}\n\nGive only the number.`
  const samples = arms.map((arm) => madeSample(index, problem.id, arm, texts))
  const members = samples.map(({ arm: { name }, trace: { key, sample_index } }) => ({
    arm: name,
    key,
    sample_index,
    kept: 1,
    sampling_plan: 'fixed' as const,
    correct: 1,
    checked: 1,
  }))
  return { problem, instruction, pair: { pair_id: problem.id, lost: '', members }, samples }
}

function madeSample(index: number, problemId: string, arm: Arm, texts: MadeTexts): GroupSample {
  const key = hashOf({ index, arm: arm.name })
  const about = { key, problem_id: problemId, arm: arm.name, sample_index: 0 }
  const reasoning = arm.mode === 'thinking' ? (texts.reasoning ?? `Twice ${index} is ${2 * index}.`) : ''
  return {
    arm,
    trace: {
      ...about,
      teacher: arm.teacher,
      model: arm.model,
      served_model: '',
      provider: '',
      mode: arm.mode,
      switch: arm.switch,
      effort: arm.effort,
      sampling: arm.sampling,
      seed: index,
      prompt_hash: hashOf(index),
      reasoning,
      answer: texts.answer ?? `It is ${2 * index}.`,
      removed_marks: [],
      reasoning_source: reasoning === '' ? 'none' : 'think_tags',
      reasoning_state: reasoning === '' ? 'none' : 'reasoned',
      finish_reason: 'stop',
      finish_state: 'complete',
      truncation: 'none',
      steps: 1,
      sampling_plan: 'fixed',
      usage: {
        prompt_tokens: index % 2 === 0 ? null : 20,
        completion_tokens: 30,
        reasoning_tokens: null,
        cached_tokens: null,
      },
      billed: { prompt_tokens: 20, completion_tokens: 40, estimated: false, counted_with: 'server' },
      reasoning_tokens: arm.mode === 'thinking' ? 100 + index : 0,
      answer_tokens: 10,
      tokenizer: 'o200k_base',
      tokens_estimated: false,
      error: '',
    },
    verdict: {
      ...about,
      verdict: 'correct',
      extracted: String(2 * index),
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
    decision: {
      ...about,
      keep: true,
      reasons: [],
      measures: { format_reward: 1, language_consistency: reasoning === '' ? null : 1 },
    },
    rate: { correct: 1, checked: 2 },
  }
}
