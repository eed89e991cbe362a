import { recommended, type Family } from './family.ts'

const sampling = { temperature: 1, top_p: 0.95 }

/** The hybrid DeepSeek-V3.1 and V3.2, which answer at once unless told to reason. Source: the model cards. */
export const deepseekV3: Family = {
  name: 'deepseek-v3',
  label: 'DeepSeek-V3.1 and V3.2',
  sampling: { ...recommended('thinking', sampling), ...recommended('non_thinking', sampling) },
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: { kind: 'template_flag', flag: 'thinking', byDefault: 'non_thinking' },
  charactersPerToken: 3.16,
  systemRefused: '',
  weightsLicense: 'MIT',
}
