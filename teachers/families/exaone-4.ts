import { recommended, type Family } from './family.ts'

/** The hybrid EXAONE 4 models, which answer at once unless told to reason. Source: the model card. */
export const exaone4: Family = {
  name: 'exaone-4',
  label: 'EXAONE 4',
  sampling: {
    ...recommended('thinking', { temperature: 0.6, top_p: 0.95 }),
    ...recommended('non_thinking'),
  },
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: { kind: 'template_flag', flag: 'enable_thinking', byDefault: 'non_thinking' },
  charactersPerToken: 3.16,
  systemRefused: '',
  weightsLicense: 'EXAONE AI Model License, not for commercial use',
}
