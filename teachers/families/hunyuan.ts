import { recommended, type Family } from './family.ts'

/**
 * The hybrid Hunyuan models, which reason unless told not to, also by `/no_think` before the question, and keep `<answer>` around what
 * follows. Source: github.com/Tencent-Hunyuan/Hunyuan-A13B, README. The sampling is own numbers, not checked against the
 * card.
 */
export const hunyuan: Family = {
  name: 'hunyuan',
  label: 'Hunyuan A13B',
  sampling: {
    ...recommended('thinking', { temperature: 0.7, top_p: 0.8, top_k: 20 }),
    ...recommended('non_thinking', { temperature: 0.7, top_p: 0.8, top_k: 20 }),
  },
  efforts: [],
  defaultEffort: null,
  thinkingSwitch: { kind: 'template_flag', flag: 'enable_thinking', byDefault: 'thinking' },
  charactersPerToken: 3.16,
  systemRefused: '',
  weightsLicense: 'Tencent Hunyuan Community License',
}
