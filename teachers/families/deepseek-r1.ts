import { recommended, type Family } from './family.ts'

/** DeepSeek-R1 (January 2025) and its distilled models. Source: arXiv 2501.12948 and the model card. */
export const deepseekR1: Family = {
  name: 'deepseek-r1',
  label: 'DeepSeek-R1',
  sampling: recommended('thinking', { temperature: 0.6, top_p: 0.95 }),
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: { kind: 'fixed' },
  thinkOpenedBy: 'template',
  charactersPerToken: 3.16,
  tokenizer: 'hub:deepseek-ai/DeepSeek-R1@56d4cbbb4d29f4355bab4b9a39ccb717a14ad5ad/tokenizer.json',
  systemRefused: 'its authors ask for every instruction in the user message',
  weightsLicense:
    'MIT; a distilled model also carries the licence of its base (Llama terms for the Llama ones)',
}
