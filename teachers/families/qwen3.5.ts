import { recommended, type Family } from './family.ts'

/**
 * The hybrid Qwen3.5 models, which do not obey `/no_think`. The smallest one answers at once unless told to reason. Source:
 * the model cards (without thinking: their values for general tasks).
 */
export const qwen35: Family = {
  name: 'qwen3.5',
  label: 'Qwen3.5',
  sampling: {
    ...recommended('thinking', { temperature: 1, top_p: 0.95, top_k: 20, min_p: 0, presence_penalty: 1.5 }),
    ...recommended('non_thinking', {
      temperature: 0.7,
      top_p: 0.8,
      top_k: 20,
      min_p: 0,
      presence_penalty: 1.5,
    }),
  },
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: { kind: 'template_flag', flag: 'enable_thinking', byDefault: 'thinking' },
  charactersPerToken: 2.95,
  systemRefused: '',
  weightsLicense: 'Apache-2.0',
}
