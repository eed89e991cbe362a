import { recommended, type Family } from './family.ts'

/** DeepSeek-R1-0528: as R1, but made for system messages. Source: the model card. */
export const deepseekR10528: Family = {
  name: 'deepseek-r1-0528',
  label: 'DeepSeek-R1-0528',
  sampling: recommended('thinking', { temperature: 0.6, top_p: 0.95 }),
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: { kind: 'fixed' },
  thinkOpenedBy: 'model',
  charactersPerToken: 3.16,
  systemRefused: '',
  weightsLicense: 'MIT',
}
