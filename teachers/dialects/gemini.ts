import { type Dialect, makersInterface, onlyTheDefault, type ThinkingWish } from './dialect.ts'

/** Google's compatible interface. It refuses a seed, and shows thoughts, in `<thought>` tags, only when asked. Source: ai.google.dev, gemini-api/docs/openai. */
export const gemini = {
  name: 'gemini',
  label: 'Gemini, compatible interface',
  ...makersInterface,
  thinking: thinkingConfig,
} as const satisfies Dialect

/**
 * The effort has another name where thoughts are shown: it and the thinking configuration exclude each other. The level
 * is of Gemini 3 and later; 2.5 takes a budget, which a recipe states in `extra_body`. Reasoning cannot be switched off in
 * 2.5 Pro and in 3 Pro, which the probe finds out. Source: ai.google.dev, gemini-api/docs/thinking, as quoted in
 * github.com/spring-projects/spring-ai/issues/4983; the place in `extra_body` as public clients send it.
 */
function thinkingConfig(wish: ThinkingWish): Record<string, unknown> | undefined {
  const { mode, effort, how } = wish
  if (how.kind !== 'effort_or_none' || mode === 'non_thinking') return onlyTheDefault(wish)
  const level = effort === null ? {} : { thinking_level: effort }
  return { extra_body: { google: { thinking_config: { include_thoughts: true, ...level } } } }
}
