import { recommended, type Family } from './family.ts'

/**
 * Any model without a family of its own. Nothing is assumed: sampling that the recipe does not state is the server's,
 * and the thinking switch is what the recipe puts into `extra_body`, in one line:
 * `extra_body: {chat_template_kwargs: {enable_thinking: false}}`.
 */
export const generic: Family = {
  name: 'generic',
  label: 'another model',
  sampling: { ...recommended('thinking'), ...recommended('non_thinking') },
  efforts: ['low', 'medium', 'high'],
  defaultEffort: null,
  thinkingSwitch: { kind: 'unknown' },
  charactersPerToken: 3.16,
  systemRefused: '',
  weightsLicense: '',
}
