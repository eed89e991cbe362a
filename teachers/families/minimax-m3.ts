import { recommended, type Family } from './family.ts'

/** MiniMax M3, which reasons as much as it sees fit unless told not to; only its own interface is documented to take that. Source: its documentation of the compatible chat interface. */
export const minimaxM3: Family = {
  name: 'minimax-m3',
  label: 'MiniMax M3',
  sampling: {
    ...recommended('thinking', { temperature: 1, top_p: 0.95, top_k: 40 }),
    ...recommended('non_thinking', { temperature: 1, top_p: 0.95, top_k: 40 }),
  },
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: { kind: 'thinking_type', on: 'adaptive', byDefault: 'thinking' },
  charactersPerToken: 3.16,
  systemRefused: '',
  weightsLicense: 'terms of MiniMax',
}
