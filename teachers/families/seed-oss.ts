import { recommended, type Family } from './family.ts'

/** Seed-OSS, whose chat template takes a budget of tokens to reason with; zero is none. Source: the model card and docs.vllm.ai, recipes Seed-OSS-36B. */
export const seedOss: Family = {
  name: 'seed-oss',
  label: 'Seed-OSS',
  sampling: {
    ...recommended('thinking', { temperature: 1.1, top_p: 0.95 }),
    ...recommended('non_thinking', { temperature: 1.1, top_p: 0.95 }),
  },
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: { kind: 'template_budget', argument: 'thinking_budget', byDefault: 'thinking' },
  charactersPerToken: 3.16,
  systemRefused: '',
  weightsLicense: 'Apache-2.0',
}
