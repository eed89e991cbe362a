import { recommended, type Family } from './family.ts'

/** The Llama-Nemotron models (Nano, Super, Ultra v1). Source: arXiv 2505.00949, the model cards and NVIDIA's NIM manual. */
export const nemotron: Family = {
  name: 'nemotron',
  label: 'Llama-Nemotron',
  sampling: {
    ...recommended('thinking', { temperature: 0.6, top_p: 0.95 }),
    ...recommended('non_thinking', { temperature: 0 }),
  },
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: {
    kind: 'system_message',
    words: { thinking: 'detailed thinking on', non_thinking: 'detailed thinking off' },
  },
  charactersPerToken: 3.16,
  systemRefused:
    'its thinking switch is the system message, and every instruction belongs in the user message',
  weightsLicense: 'NVIDIA Open Model License, with the Llama terms of its base',
}
