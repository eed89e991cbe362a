import { recommended, type Family } from './family.ts'

/** The hybrid Kimi models, which reason unless told not to. Source: the model card and docs.sglang.io, basic_usage/kimi_k2_5. */
export const kimiK25: Family = {
  name: 'kimi-k2.5',
  label: 'Kimi K2.5 and K2.6',
  sampling: {
    ...recommended('thinking', { temperature: 1, top_p: 0.95 }),
    ...recommended('non_thinking', { temperature: 0.6, top_p: 0.95 }),
  },
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: { kind: 'template_flag', flag: 'thinking', byDefault: 'thinking' },
  charactersPerToken: 3.16,
  systemRefused: '',
  weightsLicense: 'Modified MIT',
}
