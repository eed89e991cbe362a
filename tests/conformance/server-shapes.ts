import type { Mode } from '../../schemas/arm.ts'
import type { DialectName } from '../../teachers/dialects/registry.ts'
import type { ReplyShapeName as Shape } from '../../simulators/teacher/reply-shapes/reply-shape.ts'

/** A model of each family as its servers name it, and how it marks its reasoning when nobody parses it. */
const familyModels: Readonly<Record<string, { model: string; unparsed: readonly Shape[] }>> = {
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
  glm: { model: 'zai-org/GLM-4.6', unparsed: ['inline'] },
  'kimi-k2-thinking': { model: 'moonshotai/Kimi-K2-Thinking', unparsed: ['inline'] },
  'kimi-k2.5': { model: 'moonshotai/Kimi-K2.5', unparsed: ['closing_tag_only'] },
  'minimax-m2': { model: 'MiniMaxAI/MiniMax-M2', unparsed: ['closing_tag_only'] },
  'minimax-m3': { model: 'MiniMaxAI/MiniMax-M3', unparsed: ['inline'] },
  magistral: { model: 'mistralai/Magistral-Small-2509', unparsed: ['inline'] },
  mistral: { model: 'mistralai/Mistral-Small-4', unparsed: ['inline'] },
  'gemma-3': { model: 'google/gemma-3-27b-it', unparsed: ['inline'] },
  'gemma-4': { model: 'google/gemma-4-26B-A4B-it', unparsed: ['inline'] },
  'command-a-reasoning': { model: 'CohereLabs/command-a-reasoning-08-2025', unparsed: ['inline'] },
  granite: { model: 'ibm-granite/granite-3.3-8b-instruct', unparsed: ['inline'] },
  'exaone-4': { model: 'LGAI-EXAONE/EXAONE-4.0-32B', unparsed: ['closing_tag_only'] },
  'exaone-deep': { model: 'LGAI-EXAONE/EXAONE-Deep-32B', unparsed: ['closing_tag_only'] },
  hunyuan: { model: 'tencent/Hunyuan-A13B-Instruct', unparsed: ['inline'] },
  'ernie-4.5-thinking': { model: 'baidu/ERNIE-4.5-21B-A3B-Thinking', unparsed: ['closing_tag_only'] },
  'seed-oss': { model: 'ByteDance-Seed/Seed-OSS-36B-Instruct', unparsed: ['inline'] },
  'nemotron-v2': { model: 'nvidia/NVIDIA-Nemotron-Nano-9B-v2', unparsed: ['inline'] },
  'nemotron-3': { model: 'nvidia/Nemotron-3-Nano-30B-A3B', unparsed: ['inline'] },
  'phi-4-reasoning': { model: 'microsoft/Phi-4-reasoning', unparsed: ['inline'] },
  'olmo-3': { model: 'allenai/Olmo-3-7B-Think', unparsed: ['closing_tag_only'] },
  smollm3: { model: 'HuggingFaceTB/SmolLM3-3B', unparsed: ['inline'] },
  'qwen3-next': { model: 'Qwen/Qwen3-Next-80B-A3B-Thinking', unparsed: ['closing_tag_only'] },
  'gpt-5': { model: 'openai/gpt-5.1', unparsed: [] },
  claude: { model: 'anthropic/claude-sonnet-4.5', unparsed: [] },
  gemini: { model: 'google/gemini-2.5-flash', unparsed: ['inline'] },
  generic: { model: 'example/model-7b', unparsed: ['inline', 'closing_tag_only'] },
}

/** The model that answers at once, of families that are two models. */
const twins: Readonly<Record<string, string>> = {
  'qwen3-2507': familyModels['qwen3-instruct-2507']!.model,
  'qwen3-next': 'Qwen/Qwen3-Next-80B-A3B-Instruct',
  'olmo-3': 'allenai/Olmo-3-7B-Instruct',
}

/** Dialects of makers who serve their own models only, with the families that are asked there. */
const makers: Partial<Record<DialectName, readonly string[]>> = {
  zai: ['glm'],
  moonshot: ['kimi-k2-thinking', 'kimi-k2.5'],
  minimax: ['minimax-m2', 'minimax-m3'],
  mistral: ['magistral', 'mistral'],
  gemini: ['gemini', 'gemma-4'],
  cohere: ['command-a-reasoning'],
  anthropic: ['claude'],
}

/** Whether a family is asked through a dialect at all. */
export function isServed(family: string, dialect: DialectName): boolean {
  return family === 'generic' || (makers[dialect]?.includes(family) ?? true)
}

/** The models of an arm of a family: one for each mode where the family is two models. */
export function modelOf(family: string): string | Record<Mode, string> {
  const { model } = familyModels[family]!
  const answering = twins[family]
  return answering === undefined ? model : { thinking: model, non_thinking: answering }
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
    zai: ['reasoning_content'],
    moonshot: ['reasoning_content'],
    minimax: ['reasoning_details'],
    // Typed parts and `<thought>`, which the wires of this suite cover.
    mistral: ['reasoning_content'],
    gemini: ['inline'],
    cohere: ['reasoning_content'],
    anthropic: ['reasoning_content'],
  }
  const parsedAlways: readonly DialectName[] = ['ollama', 'deepseek', 'openrouter']
  return parsedAlways.includes(dialect) ? parsed[dialect] : [...parsed[dialect], ...unparsed]
}
