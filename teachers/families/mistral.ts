import { recommended, type Family } from './family.ts'

/** Mistral models whose effort is `none` or `high`. Source: the model cards and docs.sglang.io, cookbook Mistral-Medium-3.5. */
export const mistral: Family = {
  name: 'mistral',
  label: 'Mistral Small 4 and Medium 3.5',
  sampling: {
    ...recommended('thinking', { temperature: 0.7 }),
    ...recommended('non_thinking', { temperature: 0.7 }),
  },
  efforts: ['high'],
  defaultEffort: null,
  thinkingSwitch: { kind: 'effort_or_none', on: 'high', byDefault: 'non_thinking' },
  charactersPerToken: 3.16,
  systemRefused: '',
  weightsLicense: 'Apache-2.0 (Small), modified MIT (Medium)',
}
