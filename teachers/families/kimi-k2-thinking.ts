import { recommended, type Family } from './family.ts'

/** Kimi K2 Thinking, which always reasons. Source: the model card. */
export const kimiK2Thinking: Family = {
  name: 'kimi-k2-thinking',
  label: 'Kimi K2 Thinking',
  sampling: recommended('thinking', { temperature: 1 }),
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: { kind: 'fixed' },
  charactersPerToken: 3.16,
  systemRefused: '',
  weightsLicense: 'Modified MIT',
}
