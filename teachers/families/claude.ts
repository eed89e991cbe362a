import { recommended, type Family } from './family.ts'

/** The Claude models through a compatible interface, which sum their reasoning up or keep it. Source: docs.anthropic.com, build-with-claude/extended-thinking and api/openai-sdk. */
export const claude: Family = {
  name: 'claude',
  label: 'Claude',
  sampling: {
    ...recommended('thinking'),
    ...recommended('non_thinking'),
  },
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: { kind: 'thinking_type', on: 'enabled', budgetTokens: 16_384, byDefault: 'non_thinking' },
  continuationRefused: 'its makers keep the reasoning',
  charactersPerToken: 3.16,
  systemRefused: '',
  weightsLicense: 'terms of Anthropic',
}
