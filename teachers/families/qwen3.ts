import { recommended, type Family } from './family.ts'

/** The hybrid Qwen3 models of April 2025. Source: arXiv 2505.09388 and the model cards. */
export const qwen3: Family = {
  name: 'qwen3',
  label: 'Qwen3',
  sampling: {
    ...recommended('thinking', { temperature: 0.6, top_p: 0.95, top_k: 20, min_p: 0 }),
    ...recommended('non_thinking', { temperature: 0.7, top_p: 0.8, top_k: 20, min_p: 0 }),
  },
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: {
    kind: 'template_flag',
    flag: 'enable_thinking',
    byDefault: 'thinking',
    soft: { thinking: '/think', non_thinking: '/no_think' },
  },
  charactersPerToken: 2.95,
  tokenizer: 'hub:Qwen/Qwen3-8B@b968826d9c46dd6066d109eabc6255188de91218/tokenizer.json',
  systemRefused: '',
  weightsLicense: 'Apache-2.0',
}
