import { recommended, type Family } from './family.ts'

/** OLMo 3 Think and OLMo 3 Instruct as the twin that they are: the mode decides which of the two is asked. Source of the two: arXiv 2512.13961. The sampling is own numbers, not checked against the cards. */
export const olmo3: Family = {
  name: 'olmo-3',
  label: 'OLMo 3 (Think and Instruct)',
  sampling: {
    ...recommended('thinking', { temperature: 0.6, top_p: 0.95 }),
    ...recommended('non_thinking', { temperature: 0.6, top_p: 0.95 }),
  },
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: { kind: 'model' },
  charactersPerToken: 3.16,
  systemRefused: '',
  weightsLicense: 'Apache-2.0',
}
