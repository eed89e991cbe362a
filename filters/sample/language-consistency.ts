import { z } from 'zod'
import type { Sample, SampleFilter } from '../filter.ts'
import { scriptsOfSample } from '../text/script-share.ts'

/**
 * The language consistency reward of DeepSeek-R1 (arXiv 2501.12948), there the share of words of the target language in
 * the chain of thought; here the share of letters of the reasoning, from 0 to 1 with four decimals, that are in a script
 * of the prompt, with maths and code taken out. Languages that share a script are not distinguished. `null` without a
 * reasoning that has letters, and for a prompt without any.
 */
export const languageConsistency: SampleFilter = {
  name: 'language-consistency',
  version: '1',
  source: 'DeepSeek-R1 (arXiv 2501.12948), by letters',
  rules: ['T13'],
  scope: 'sample',
  defaultOn: true,
  setBy: null,
  reasons: {},
  measures: [
    {
      name: 'language_consistency',
      unit: 'share from 0 to 1',
      describe: 'letters of the reasoning that are in a script of the prompt, null where it has none',
      whole: false,
    },
  ],
  options: z.strictObject({}),
  measure: (sample) => ({ language_consistency: consistency(sample) }),
}

function consistency(sample: Sample): number | null {
  const { own, foreign } = scriptsOfSample(sample)?.reasoning ?? { own: 0, foreign: 0 }
  return own + foreign === 0 ? null : Math.round((own / (own + foreign)) * 10_000) / 10_000
}
