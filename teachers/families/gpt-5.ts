import { recommended, type Family } from './family.ts'

/** OpenAI's own models from 5.1 on, which reason when an effort is stated and keep their reasoning to themselves. They take no sampling. Source: platform.openai.com, guides/reasoning. */
export const gpt5: Family = {
  name: 'gpt-5',
  label: 'GPT 5.1 and later',
  sampling: {
    ...recommended('thinking'),
    ...recommended('non_thinking'),
  },
  efforts: ['low', 'medium', 'high'],
  defaultEffort: 'medium',
  thinkingSwitch: { kind: 'effort_or_none', on: 'medium', byDefault: 'non_thinking' },
  tokenLimit: 'max_completion_tokens',
  continuationRefused: 'its makers keep the reasoning',
  charactersPerToken: null,
  systemRefused: '',
  weightsLicense: 'terms of OpenAI',
}
