import { recommended, type Family } from './family.ts'

/** Phi-4-reasoning and its plus version, which always reason. Source of its form and licence: the model card. The sampling is own numbers, not checked against the card. */
export const phi4Reasoning: Family = {
  name: 'phi-4-reasoning',
  label: 'Phi-4-reasoning',
  sampling: recommended('thinking', { temperature: 0.8, top_p: 0.95, top_k: 50 }),
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: { kind: 'fixed' },
  thinkOpenedBy: 'model',
  charactersPerToken: 3.16,
  systemRefused: '',
  weightsLicense: 'MIT',
}
