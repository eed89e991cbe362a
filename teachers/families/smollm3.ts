import { recommended, type Family } from './family.ts'

/** The hybrid SmolLM3, which reasons unless told not to, also in words of the system message. Source: the model card of HuggingFaceTB/SmolLM3-3B, for the sampling of either mode too. */
export const smollm3: Family = {
  name: 'smollm3',
  label: 'SmolLM3',
  sampling: {
    ...recommended('thinking', { temperature: 0.6, top_p: 0.95 }),
    ...recommended('non_thinking', { temperature: 0.6, top_p: 0.95 }),
  },
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: {
    kind: 'template_flag',
    flag: 'enable_thinking',
    byDefault: 'thinking',
    soft: { thinking: '/think', non_thinking: '/no_think' },
  },
  charactersPerToken: 3.16,
  systemRefused: '',
  weightsLicense: 'Apache-2.0',
}
