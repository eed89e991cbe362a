import { recommended, type Family } from './family.ts'

/** The Magistral models, which always reason, in `[THINK]` or in typed parts; served by oneself they want the system message of the model card. Source: the model cards. */
export const magistral: Family = {
  name: 'magistral',
  label: 'Magistral',
  sampling: recommended('thinking', { temperature: 0.7, top_p: 0.95 }),
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: { kind: 'fixed' },
  charactersPerToken: 3.16,
  systemRefused: '',
  weightsLicense: 'Apache-2.0 (Small), terms of Mistral (Medium)',
}
