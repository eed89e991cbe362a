import { recommended, type Family } from './family.ts'

const sampling = { temperature: 1, top_p: 1 }

/** The hybrid DeepSeek-V4 models (flash and pro). Source: the model cards and the API's documentation. */
export const deepseekV4: Family = {
  name: 'deepseek-v4',
  label: 'DeepSeek-V4',
  sampling: { ...recommended('thinking', sampling), ...recommended('non_thinking', sampling) },
  efforts: ['low', 'high', 'max'],
  defaultEffort: null,
  thinkingSwitch: { kind: 'template_flag', flag: 'thinking', byDefault: 'thinking' },
  charactersPerToken: 3.16,
  systemRefused: '',
  weightsLicense: 'MIT',
}
