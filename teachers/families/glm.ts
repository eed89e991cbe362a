import { recommended, type Family } from './family.ts'

/** The hybrid GLM models from 4.5 on, which reason unless told not to. Their answer may come whole in the reasoning field (sgl-project/sglang#37645). Source: the model cards and docs.z.ai, capabilities/thinking. */
export const glm: Family = {
  name: 'glm',
  label: 'GLM 4.5 to 5',
  sampling: {
    ...recommended('thinking', { temperature: 1, top_p: 0.95 }),
    ...recommended('non_thinking', { temperature: 1, top_p: 0.95 }),
  },
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: { kind: 'template_flag', flag: 'enable_thinking', byDefault: 'thinking' },
  charactersPerToken: 3.16,
  systemRefused: '',
  weightsLicense: 'MIT',
}
