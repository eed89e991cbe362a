import {
  type Dialect,
  makersInterface,
  onlyTheDefault,
  reasoningEffort,
  type ThinkingWish,
} from './dialect.ts'

/** The interface of MiniMax. It has no seed, reports errors in a 200, and takes the reasoning out of the content only when asked. Source: its documentation of the compatible chat interface. */
export const minimax = {
  name: 'minimax',
  label: 'MiniMax',
  ...makersInterface,
  thinking: splitReasoning,
} as const satisfies Dialect

/** M2 always reasons, whatever is sent; M3 reasons as much as it sees fit. */
function splitReasoning(wish: ThinkingWish): Record<string, unknown> | undefined {
  const { mode, effort, how } = wish
  const split = { reasoning_split: true, ...reasoningEffort(effort) }
  if (how.kind === 'thinking_type')
    return { thinking: { type: mode === 'thinking' ? how.on : 'disabled' }, ...split }
  return onlyTheDefault(wish) && { ...onlyTheDefault(wish), ...split }
}
