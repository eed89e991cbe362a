import { type Dialect, onlyTheDefault, threeEfforts, type ThinkingWish } from './dialect.ts'

/** Google's compatible interface. It refuses a seed, and shows thoughts, in `<thought>` tags, only when asked. Source: ai.google.dev, gemini-api/docs/openai. */
export const gemini = {
  name: 'gemini',
  label: 'Gemini, compatible interface',
  parameters: ['temperature', 'top_p'],
  others: "the server's own values apply",
  efforts: threeEfforts,
  seed: false,
  streams: true,
  queues: false,
  thinking: thinkingConfig,
} as const satisfies Dialect

/** The effort has another name where thoughts are shown: an effort beside the thinking configuration is refused. */
function thinkingConfig(wish: ThinkingWish): Record<string, unknown> | undefined {
  const { mode, effort, how } = wish
  if (how.kind !== 'effort_or_none' || mode === 'non_thinking') return onlyTheDefault(wish)
  const level = effort === null ? {} : { thinking_level: effort }
  return { extra_body: { google: { thinking_config: { include_thoughts: true, ...level } } } }
}
