import { recommended, type Family } from './family.ts'

/**
 * MiniMax M3, which reasons as much as it sees fit unless told not to; the argument of its chat template is for the
 * servers of one's own. Sources: its documentation of the compatible chat interface, the chat template (`thinking_mode`:
 * `enabled`, `disabled`, else as it sees fit) and docs.vllm.ai, minimax_m3_reasoning_parser. The sampling is that of M2: own
 * numbers, not checked against the card.
 */
export const minimaxM3: Family = {
  name: 'minimax-m3',
  label: 'MiniMax M3',
  sampling: {
    ...recommended('thinking', { temperature: 1, top_p: 0.95, top_k: 40 }),
    ...recommended('non_thinking', { temperature: 1, top_p: 0.95, top_k: 40 }),
  },
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: {
    kind: 'thinking_type',
    on: 'adaptive',
    byDefault: 'thinking',
    template: { argument: 'thinking_mode', values: { thinking: 'enabled', non_thinking: 'disabled' } },
  },
  charactersPerToken: 3.16,
  systemRefused: '',
  weightsLicense: 'terms of MiniMax',
}
