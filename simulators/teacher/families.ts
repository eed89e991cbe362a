import type { Effort, Mode } from '../../schemas/arm.ts'
import { deepseekR1 } from './manners/deepseek-r1.ts'
import { gptOss } from './manners/gpt-oss.ts'
import { instruct } from './manners/instruct.ts'
import { qwen3 } from './manners/qwen3.ts'
import type { Manner } from './prose/manner.ts'
import type { ChatBody } from './chat-body.ts'

/** What the model and the request together ask for. */
export type Stance = {
  manner: Manner
  mode: Mode
  effort: Effort
  /** Whether a non-thinking answer still opens and closes an empty think block (Qwen3 with `/no_think`). */
  emptyBlock: boolean
}

type Family = {
  pattern: RegExp
  manner: Manner
  mode(body: ChatBody): Mode
  /** Whether `/think` and `/no_think` in the messages count. */
  softSwitch?: boolean
}

/** The first pattern that fits the model id decides. */
const FAMILIES: readonly Family[] = [
  { pattern: /gpt-?oss/i, manner: gptOss, mode: () => 'thinking' },
  { pattern: /nemotron-?3/i, manner: deepseekR1, mode: (body) => switched(body) ?? 'thinking' },
  { pattern: /nemotron/i, manner: deepseekR1, mode: bySystemMessage },
  { pattern: /deepseek-?(r1|reasoner)|r1-distill|qwq/i, manner: deepseekR1, mode: () => 'thinking' },
  { pattern: /deepseek-?v4/i, manner: deepseekR1, mode: (body) => switched(body) ?? 'thinking' },
  // The older hybrid models of DeepSeek answer at once unless asked to think.
  { pattern: /deepseek/i, manner: deepseekR1, mode: (body) => switched(body) ?? 'non_thinking' },
  { pattern: /qwen-?3.*thinking/i, manner: qwen3, mode: () => 'thinking' },
  { pattern: /qwen-?3.*instruct/i, manner: qwen3, mode: () => 'non_thinking' },
  { pattern: /qwen-?3\.\d/i, manner: qwen3, mode: (body) => switched(body) ?? 'thinking' },
  { pattern: /qwen-?3/i, manner: qwen3, mode: (body) => switched(body) ?? 'thinking', softSwitch: true },
  { pattern: /smollm-?3/i, manner: qwen3, mode: (body) => switched(body) ?? 'thinking', softSwitch: true },
  {
    pattern:
      /kimi-k2-thinking|minimax-m2|magistral|exaone-deep|ernie.*thinking|phi-4.*reasoning|olmo-3.*think/i,
    manner: qwen3,
    mode: () => 'thinking',
  },
  {
    pattern: /glm-|kimi-k2\.\d|minimax-m3|command-a-reasoning|hunyuan|seed-oss|gemini/i,
    manner: qwen3,
    mode: (body) => switched(body) ?? 'thinking',
  },
  { pattern: /(?:)/, manner: instruct, mode: (body) => switched(body) ?? 'non_thinking' },
]

/** Finds the family of the model and reads how the request wants it to think. */
export function stanceOf(body: ChatBody): Stance {
  const family = FAMILIES.find(({ pattern }) => pattern.test(body.model))!
  const hard = family.mode(body)
  const soft = family.softSwitch === true && hard === 'thinking' ? softSwitch(body) : null
  return {
    manner: family.manner,
    mode: soft ?? hard,
    effort: effortOf(body),
    emptyBlock: soft === 'non_thinking',
  }
}

/** What the switches that servers know say, or `null` when none is set. */
function switched(body: ChatBody): Mode | null {
  const kwargs = body.chat_template_kwargs
  const effort = body.reasoning_effort ?? body.reasoning?.effort ?? kwargs?.reasoning_effort
  const set =
    kwargs?.enable_thinking ??
    kwargs?.thinking ??
    kwargs?.reasoning ??
    (kwargs?.thinking_budget === undefined ? undefined : kwargs.thinking_budget !== 0) ??
    (kwargs?.thinking_mode === undefined ? undefined : kwargs.thinking_mode !== 'disabled') ??
    body.enable_thinking ??
    body.reasoning?.enabled ??
    (body.thinking === undefined ? undefined : body.thinking.type !== 'disabled') ??
    (body.extra_body?.google?.thinking_config === undefined ? undefined : true) ??
    (effort === undefined ? undefined : effort !== 'none')
  if (set === undefined) return null
  return set ? 'thinking' : 'non_thinking'
}

/** Nemotron's words; without any it reasons. */
function bySystemMessage(body: ChatBody): Mode {
  const system = body.messages.find((message) => message.role === 'system')?.text ?? ''
  return /detailed thinking off|^\/no_think$/i.test(system) ? 'non_thinking' : 'thinking'
}

/** The last `/think` or `/no_think` of the system and user messages. */
function softSwitch(body: ChatBody): Mode | null {
  const text = body.messages.map((message) => (message.role === 'assistant' ? '' : message.text)).join('\n')
  const last = [...text.matchAll(/(?:^|\s)\/(no_)?think(?=\s|$)/g)].at(-1)
  if (last === undefined) return null
  return last[1] === undefined ? 'thinking' : 'non_thinking'
}

function effortOf(body: ChatBody): Effort {
  const stated =
    body.reasoning_effort ??
    body.reasoning?.effort ??
    body.chat_template_kwargs?.reasoning_effort ??
    systemEffort(body)
  if (stated === 'low' || stated === 'minimal' || stated === 'none') return 'low'
  if (stated === 'max' || stated === 'ultra') return 'max'
  return stated === 'high' || stated === 'xhigh' ? 'high' : 'medium'
}

/** The line `Reasoning: high` of a gpt-oss system message. */
function systemEffort(body: ChatBody): string | undefined {
  const system = body.messages.find((message) => message.role === 'system')
  return /^Reasoning:\s*(low|medium|high)\s*$/im.exec(system?.text ?? '')?.[1]?.toLowerCase()
}
