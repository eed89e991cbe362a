import { recommended, type Family } from './family.ts'

/** Cohere's hybrid, which reasons unless told not to. Source: the model card and its chat template (the argument `reasoning`, true unless stated), and docs.cohere.com, docs/reasoning. They name no sampling. */
export const commandAReasoning: Family = {
  name: 'command-a-reasoning',
  label: 'Command A Reasoning',
  sampling: {
    ...recommended('thinking'),
    ...recommended('non_thinking'),
  },
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: { kind: 'template_flag', flag: 'reasoning', byDefault: 'thinking' },
  charactersPerToken: 3.16,
  systemRefused: '',
  weightsLicense: 'CC-BY-NC-4.0',
}
