import { recommended, type Family } from './family.ts'

/** ERNIE-4.5-21B-A3B-Thinking, which always reasons and keeps `<response>` around what follows. Source: docs.vllm.ai, features/reasoning_outputs; of the licence the model card. The sampling is own numbers, not checked against the card. */
export const ernie45Thinking: Family = {
  name: 'ernie-4.5-thinking',
  label: 'ERNIE 4.5 Thinking',
  sampling: recommended('thinking', { temperature: 0.6, top_p: 0.95 }),
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: { kind: 'fixed' },
  charactersPerToken: 3.16,
  systemRefused: '',
  weightsLicense: 'Apache-2.0',
}
