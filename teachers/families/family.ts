import type { Effort, Mode, Sampling } from '../../schemas/arm.ts'

/** How a model family is told to reason or not; a dialect turns it into request fields. */
export type ThinkingSwitch =
  /** The model has one way of answering and no switch. */
  | { kind: 'fixed' }
  /**
   * The chat template takes a boolean; `byDefault` is what it does when nothing is said. `soft` are words in a
   * message that the model obeys as well, where it knows some.
   */
  | {
      kind: 'template_flag'
      flag: 'enable_thinking' | 'thinking' | 'reasoning'
      byDefault: Mode
      soft?: Readonly<Record<Mode, string>>
    }
  /** The chat template takes a number of tokens; no number leaves the reasoning as long as it gets, zero takes it away. */
  | { kind: 'template_budget'; argument: 'thinking_budget'; byDefault: Mode }
  /** The effort decides: `none` is no reasoning, `on` is what brings some where the recipe states no effort. */
  | { kind: 'effort_or_none'; on: Effort; byDefault: Mode }
  /**
   * The interface of the model's makers takes `thinking` as an object with a type, and a budget where it wants one;
   * `template` is the argument of the chat template where the weights are open.
   */
  | {
      kind: 'thinking_type'
      on: 'enabled' | 'adaptive'
      budgetTokens?: number
      byDefault: Mode
      template?: { argument: string; values: Readonly<Record<Mode, string>> }
    }
  /** The words of the system message decide. */
  | { kind: 'system_message'; words: Readonly<Record<Mode, string>> }
  /** Each mode is a model of its own, so the arm names one for each. */
  | { kind: 'model' }
  /** The model always reasons; only how long can be chosen. */
  | { kind: 'effort' }
  /** Nothing is known about the model: the recipe states the switch in `extra_body`. */
  | { kind: 'unknown' }

/** A model family: what it can be asked for, and how it wants to be asked. */
export type Family = {
  /** Key in the registry and in recipes. */
  name: string
  /** For people, as the authors of the model write it. */
  label: string
  /** The modes the family can answer in, each with the sampling its authors recommend. */
  sampling: Partial<Record<Mode, Sampling>>
  /** Efforts that can be asked for in thinking mode, empty where there is no such choice. */
  efforts: readonly Effort[]
  /** Sent when the recipe states no effort; `null` leaves it to the server. */
  defaultEffort: Effort | null
  thinkingSwitch: ThinkingSwitch
  /**
   * Who writes `<think>` of a model that always reasons, and whose turn can therefore be begun with an empty block: the
   * model, or the chat template at the end of the prompt.
   */
  thinkOpenedBy?: 'model' | 'template'
  /**
   * Characters of mathematical reasoning in English that a token of its vocabulary has on average, measured on recorded
   * traces; `null` where the vocabulary is o200k_harmony.
   */
  charactersPerToken: number | null
  /** Where the tokenizer of the family stands on the Hub, at a commit; left out where that is not known here. */
  tokenizer?: `hub:${string}/tokenizer.json`
  /** Why a system message must not be sent, empty where one is fine. */
  systemRefused: string
  /** Why a text of this family cannot be sent back to be continued; left out where it can. */
  continuationRefused?: string
  /** The name under which the makers' interface takes the token limit, where it is not `max_tokens`. */
  tokenLimit?: 'max_completion_tokens'
  /** The licence of the weights, as the dataset card states it. */
  weightsLicense: string
}

/** Token limits where a recipe states none; a reasoning trace needs four times the room of an answer. */
export const maxTokensByMode = { thinking: 32_768, non_thinking: 8192 } as const satisfies Record<
  Mode,
  number
>

/** The sampling of one mode from the parameters that the authors name; the others are left out of requests. */
export function recommended(
  mode: Mode,
  parameters: Partial<Omit<Sampling, 'max_tokens'>> = {},
): Partial<Record<Mode, Sampling>> {
  return {
    [mode]: {
      temperature: null,
      top_p: null,
      top_k: null,
      min_p: null,
      presence_penalty: null,
      ...parameters,
      max_tokens: maxTokensByMode[mode],
    },
  }
}

/** Switches of models that can be asked for either mode and have one of them when nothing is said. */
export type HybridSwitch = Extract<ThinkingSwitch, { byDefault: Mode }>

export function isHybrid(how: ThinkingSwitch): how is HybridSwitch {
  return 'byDefault' in how
}

/** The modes of a family, thinking first. */
export function modesOf(family: Family): Mode[] {
  return (['thinking', 'non_thinking'] as const).filter((mode) => family.sampling[mode] !== undefined)
}
