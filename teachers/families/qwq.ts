import { recommended, type Family } from './family.ts'

/** QwQ-32B, which always reasons. Source: the model card. */
export const qwq: Family = {
  name: 'qwq',
  label: 'QwQ-32B',
  sampling: recommended('thinking', { temperature: 0.6, top_p: 0.95, top_k: 20, min_p: 0 }),
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: { kind: 'fixed' },
  thinkOpenedBy: 'template',
  charactersPerToken: 2.95,
  systemRefused: '',
  weightsLicense: 'Apache-2.0',
}
