import { recommended, type Family } from './family.ts'

/**
 * The hybrid EXAONE 4 models, which answer at once unless told to reason. Source: github.com/LG-AI-EXAONE/EXAONE-4.0, README. It
 * asks for a temperature below 0.6 without reasoning and names none, so that the server's is left.
 */
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
  weightsLicense: 'EXAONE AI Model License 1.2 NC, not for commercial use',
}
