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
  tokenizer: 'hub:Qwen/QwQ-32B@976055f8c83f394f35dbd3ab09a285a984907bd0/tokenizer.json',
  systemRefused: '',
  weightsLicense: 'Apache-2.0',
}
