import { recommended, type Family } from './family.ts'

/** The Gemini models through the compatible interface, which show a summary of their thoughts. Source: ai.google.dev, gemini-api/docs/openai and thinking. */
export const gemini: Family = {
  name: 'gemini',
  label: 'Gemini',
  sampling: {
    ...recommended('thinking'),
    ...recommended('non_thinking'),
  },
  efforts: ['low', 'medium', 'high'],
  defaultEffort: null,
  thinkingSwitch: { kind: 'effort_or_none', on: 'medium', byDefault: 'thinking' },
  continuationRefused: 'its makers keep the reasoning',
  charactersPerToken: 3.16,
  systemRefused: '',
  weightsLicense: 'terms of Google',
}
