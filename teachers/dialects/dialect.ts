import type { Effort, Mode, Sampling } from '../../schemas/arm.ts'
import { isHybrid, type ThinkingSwitch } from '../families/family.ts'

/** Sampling parameters that only some servers take; `max_tokens` is taken by all. */
export type SamplingParameter = Exclude<keyof Sampling, 'max_tokens'>

/** What an arm wants to be said about reasoning. */
export type ThinkingWish = { mode: Mode; effort: Effort | null; how: ThinkingSwitch }

/** What one kind of server understands beyond the fields that every OpenAI-compatible server takes. */
export type Dialect = {
  /** Key in the registry and in recipes. */
  name: string
  /** For people. */
  label: string
  /** Others are left out: some servers refuse unknown fields, others ignore them without a word. */
  parameters: readonly SamplingParameter[]
  /** Where the values of the others come from instead, for the person who stated some. */
  others: string
  /** Parameters that are taken from a thinking arm and have no effect there. */
  idleWhenThinking?: readonly SamplingParameter[]
  /** Efforts that its servers know. */
  efforts: readonly Effort[]
  /** Whether a per-sample `seed` is taken. */
  seed: boolean
  /** Whether a stream is asked for its usage with `stream_options`; left out where it is, `false` where that is refused. */
  streamOptions?: false
  /** Whether `stream: auto` streams: only where a gateway cuts connections that stay silent for minutes. */
  streams: boolean
  /** Whether its servers have requests wait that they cannot work on yet, where others refuse them with 429. */
  queues: boolean
  /** Pages on which a server counts the requests that it works on and that wait; the first that it serves is read. */
  gauges?: readonly GaugePage[]
  /** Whether an answer that is not streamed carries the length of the queue in a header, where the request asks for it. */
  loadHeader?: true
  /** Whether `/props` beside the API says how many requests it works on at the same time. */
  statesSlots?: true
  /**
   * Requests to send at the same time where the recipe does not say and the server does not show: few for servers that
   * work on one or a few, unless given 64.
   */
  unseen?: number
  /**
   * Where the text of an answer goes that the request begins, where it may (`continue_final_message`): vLLM has the chat
   * template write that message, SGLang puts the text behind the prompt that the template wrote.
   */
  begins?: 'through_template' | 'behind_prompt'
  /** How requests are addressed, where it is not `/chat/completions` with a bearer token. */
  address?: Address
  /** Whether the model of a request is a name of the operator's, of which answers and model lists know nothing. */
  namesOwnModels?: true
  /**
   * Request fields with which its servers go on with an assistant's message at the end, or `undefined` where they do not
   * for this wish; left out by servers that never do.
   */
  continues?(wish: ThinkingWish): Record<string, unknown> | undefined
  /**
   * Where the reasoning of an answer goes that is sent back: `field` is `reasoning_content` of the message, and such a
   * server repeats the whole message before what it adds; left out, it goes into the content with its tags.
   */
  reasoningBack?: 'field'
  /** Request fields that say the wish, or `undefined` when this server has no words for it. */
  thinking(wish: ThinkingWish): Record<string, unknown> | undefined
}

/** Where gauges are: `server` is beside the `/v1` of the base URL and needs no key, `api` below it. */
export type GaugePage = { at: 'server' | 'api'; path: string; running: string; waiting: string }

/** The addresses and headers of a server that has its own. */
type Address = {
  /** Path behind the base URL, for the model of a request. */
  chatPath(model: string, baseUrl: string): string
  keyHeader: string
}

/** What the interfaces of makers share, who serve their own models only. */
export const makersInterface = {
  parameters: ['temperature', 'top_p'],
  others: "the server's own values apply",
  efforts: ['low', 'medium', 'high'],
  seed: false,
  streams: true,
  queues: false,
} as const satisfies Partial<Dialect>

/** What every model with efforts knows. */
export const threeEfforts = ['low', 'medium', 'high'] as const satisfies readonly Effort[]
export const allEfforts = [...threeEfforts, 'max'] as const satisfies readonly Effort[]

/** The effort as most servers take it; nothing when none was asked for. */
export function reasoningEffort(effort: Effort | null): Record<string, unknown> {
  return effort === null ? {} : { reasoning_effort: effort }
}

/** What a model whose own switch is the effort is sent: every server that takes an effort passes it on. */
export function ownEffort({ mode, effort, how }: ThinkingWish): Record<string, unknown> | undefined {
  if (how.kind !== 'effort_or_none') return undefined
  return { reasoning_effort: mode === 'thinking' ? (effort ?? how.on) : 'none' }
}

/** For servers without a switch: a hybrid can only be asked for what its chat template does by default. */
export function onlyTheDefault(wish: ThinkingWish): Record<string, unknown> | undefined {
  const { mode, effort, how } = wish
  const own = ownEffort(wish)
  if (own !== undefined) return own
  return isHybrid(how) && how.byDefault !== mode ? undefined : reasoningEffort(effort)
}

/** For servers whose only switch is the effort: `none` turns reasoning off, any other turns on what is off by default. */
export function effortAsSwitch({ mode, effort, how }: ThinkingWish): Record<string, unknown> {
  if (!isHybrid(how)) return reasoningEffort(effort)
  if (mode === 'non_thinking') return { reasoning_effort: 'none' }
  if (how.kind === 'effort_or_none') return reasoningEffort(effort ?? how.on)
  return reasoningEffort(effort ?? (how.byDefault === 'thinking' ? null : 'medium'))
}

/** For servers that hand `chat_template_kwargs` to the model's chat template. */
export function templateFlag(wish: ThinkingWish): Record<string, unknown> | undefined {
  const { effort } = wish
  const values = templateArguments(wish)
  if (values === undefined) return onlyTheDefault(wish)
  const named = Object.keys(values).length === 0 ? {} : { chat_template_kwargs: values }
  return { ...named, ...reasoningEffort(effort) }
}

/** The arguments that switch a chat template; `undefined` for models whose switch is none of their template. */
export function templateArguments({ mode, how }: ThinkingWish): Record<string, unknown> | undefined {
  if (how.kind === 'template_flag') return { [how.flag]: mode === 'thinking' }
  if (how.kind === 'template_budget') return mode === 'thinking' ? {} : { [how.argument]: 0 }
  if (how.kind === 'thinking_type' && how.template !== undefined)
    return { [how.template.argument]: how.template.values[mode] }
  return undefined
}

/** For interfaces that take `thinking` as an object with a type. */
export function typedThinking(wish: ThinkingWish): Record<string, unknown> | undefined {
  const { mode, effort, how } = wish
  const own = ownEffort(wish)
  if (own !== undefined || !isHybrid(how)) return own ?? reasoningEffort(effort)
  return { thinking: { type: mode === 'thinking' ? 'enabled' : 'disabled' }, ...reasoningEffort(effort) }
}

/** For servers that take the switches of the Transformers chat template. */
export function continuesFinalMessage(): Record<string, unknown> {
  return { continue_final_message: true, add_generation_prompt: false }
}
