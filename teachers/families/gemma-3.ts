import { recommended, type Family } from './family.ts'

/** Gemma 3, which never reasons before it answers. Source: the model card and its generation configuration. */
export const gemma3: Family = {
  name: 'gemma-3',
  label: 'Gemma 3',
  sampling: recommended('non_thinking', { temperature: 1, top_p: 0.95, top_k: 64 }),
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: { kind: 'fixed' },
  charactersPerToken: 3.16,
  systemRefused: '',
  weightsLicense: 'Gemma Terms of Use',
}
