import { type Dialect, makersInterface, onlyTheDefault, type ThinkingWish } from './dialect.ts'

/** Google's compatible interface. It refuses a seed, and shows thoughts, in `<thought>` tags, only when asked. Source: ai.google.dev, gemini-api/docs/openai. */
export const gemini = {
  name: 'gemini',
  label: 'Gemini, compatible interface',
  ...makersInterface,
  thinking: thinkingConfig,
} as const satisfies Dialect

/**
 * The effort has another name where thoughts are shown: an effort beside the thinking configuration is refused. The level
 * is of Gemini 3 and later; 2.5 takes a budget, which a recipe states in `extra_body`. Reasoning cannot be switched off in
 * 2.5 Pro and in 3, which the probe finds out.
 */
function thinkingConfig(wish: ThinkingWish): Record<string, unknown> | undefined {
  const { mode, effort, how } = wish
  if (how.kind !== 'effort_or_none' || mode === 'non_thinking') return onlyTheDefault(wish)
  const level = effort === null ? {} : { thinking_level: effort }
  return { extra_body: { google: { thinking_config: { include_thoughts: true, ...level } } } }
}
