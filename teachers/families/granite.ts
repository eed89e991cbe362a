import { recommended, type Family } from './family.ts'

/** The hybrid Granite models, which answer at once unless told to reason, 3.2 under headings in words. Source: docs.vllm.ai, features/reasoning_outputs. */
export const granite: Family = {
  name: 'granite',
  label: 'Granite 3.2 and 3.3',
  sampling: {
    ...recommended('thinking'),
    ...recommended('non_thinking'),
  },
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: { kind: 'template_flag', flag: 'thinking', byDefault: 'non_thinking' },
  charactersPerToken: 3.16,
  systemRefused: '',
  weightsLicense: 'Apache-2.0',
}
