import { recommended, type Family } from './family.ts'

/** MiniMax M2 and M2.x, which always reason, in between of their answers too. Source: the model card. */
export const minimaxM2: Family = {
  name: 'minimax-m2',
  label: 'MiniMax M2',
  sampling: recommended('thinking', { temperature: 1, top_p: 0.95, top_k: 40 }),
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: { kind: 'fixed' },
  charactersPerToken: 3.16,
  systemRefused: '',
  weightsLicense: 'MIT, from M2.5 on with terms for large services',
}
