import type { Mode } from '../../schemas/arm.ts'
import type { DialectName } from '../../teachers/dialects/registry.ts'
import type { ReplyShapeName as Shape } from '../../simulators/teacher/reply-shapes/reply-shape.ts'

/** A model of each family as its servers name it, and how it marks its reasoning when nobody parses it. */
export const familyModels: Readonly<Record<string, { model: string; unparsed: readonly Shape[] }>> = {
  'gpt-oss': { model: 'openai/gpt-oss-20b', unparsed: ['harmony_raw'] },
  'deepseek-r1': { model: 'deepseek-ai/DeepSeek-R1', unparsed: ['closing_tag_only'] },
  'deepseek-r1-0528': { model: 'deepseek-ai/DeepSeek-R1-0528', unparsed: ['inline'] },
  'deepseek-v3': { model: 'deepseek-ai/DeepSeek-V3.1', unparsed: ['closing_tag_only'] },
  'deepseek-v4': { model: 'deepseek-ai/DeepSeek-V4-Flash', unparsed: ['closing_tag_only'] },
  qwen3: { model: 'Qwen/Qwen3-8B', unparsed: ['inline'] },
  'qwen3-thinking-2507': { model: 'Qwen/Qwen3-30B-A3B-Thinking-2507', unparsed: ['closing_tag_only'] },
  'qwen3-instruct-2507': { model: 'Qwen/Qwen3-30B-A3B-Instruct-2507', unparsed: ['inline'] },
  'qwen3-2507': { model: 'Qwen/Qwen3-30B-A3B-Thinking-2507', unparsed: ['closing_tag_only'] },
  'qwen3.5': { model: 'Qwen/Qwen3.5-9B', unparsed: ['closing_tag_only'] },
  nemotron: { model: 'nvidia/Llama-3.3-Nemotron-Super-49B-v1', unparsed: ['inline'] },
  qwq: { model: 'Qwen/QwQ-32B', unparsed: ['closing_tag_only'] },
  generic: { model: 'example/model-7b', unparsed: ['inline', 'closing_tag_only'] },
}

/** The models of an arm of a family: one for each mode where the family is two models. */
export function modelOf(family: string): string | Record<Mode, string> {
  const { model } = familyModels[family]!
  return family === 'qwen3-2507'
    ? { thinking: model, non_thinking: familyModels['qwen3-instruct-2507']!.model }
    : model
}

/** What a recipe has to state for the family about which nothing is known. */
export function statedSwitch(family: string, mode: Mode): Record<string, unknown> {
  return family === 'generic' ? { chat_template_kwargs: { enable_thinking: mode === 'thinking' } } : {}
}

/**
 * Where the servers behind each dialect put the reasoning: by their versions, and without a parser in the way of the
 * family. `openai` stands for any compatible server.
 */
export function shapesOf(dialect: DialectName, family: string): readonly Shape[] {
  const { unparsed } = familyModels[family]!
  const parsed: Readonly<Record<DialectName, readonly Shape[]>> = {
    openai: ['vllm', 'reasoning_content', 'both', 'reasoning_details'],
    vllm: ['vllm', 'both', 'reasoning_content'],
    sglang: ['reasoning_content'],
    llamacpp: ['reasoning_content', 'field_and_tags'],
    ollama: ['vllm'],
    lmstudio: family === 'gpt-oss' ? ['vllm'] : ['reasoning_content'],
    deepseek: ['reasoning_content'],
    openrouter: ['reasoning_details', 'vllm', 'reasoning_content'],
    together: ['vllm'],
    fireworks: ['reasoning_content'],
    // The provider that it chose, and newer images of NIM, send the field that they like.
    'hf-router': ['reasoning_content', 'vllm', 'both'],
    nim: ['reasoning_content', 'vllm'],
    // Nobody parses there.
    azure: [],
  }
  const parsedAlways: readonly DialectName[] = ['ollama', 'deepseek', 'openrouter']
  return parsedAlways.includes(dialect) ? parsed[dialect] : [...parsed[dialect], ...unparsed]
}
