import { recommended, type Family } from './family.ts'

/** OpenAI's open weights. They always reason: low effort is the floor. Source: openai/gpt-oss. */
export const gptOss: Family = {
  name: 'gpt-oss',
  label: 'gpt-oss',
  sampling: recommended('thinking', { temperature: 1, top_p: 1 }),
  efforts: ['low', 'medium', 'high'],
  defaultEffort: 'medium',
  thinkingSwitch: { kind: 'effort' },
  charactersPerToken: null,
  systemRefused: '',
  continuationRefused: 'its channels cannot be reopened through chat messages',
  weightsLicense: 'Apache-2.0, with the gpt-oss usage policy',
}
