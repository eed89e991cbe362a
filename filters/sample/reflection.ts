import { z } from 'zod'
import type { Sample, SampleFilter } from '../filter.ts'
import { countLimoWords, countTurns } from '../text/steps.ts'
import { scriptsOfSample } from '../text/script-share.ts'

const unit = 'for 1,000 tokens'

/**
 * How much a trace turns back and weighs: the reflection keywords of DLER (arXiv 2510.15110) and the words by which LIMO
 * (arXiv 2502.03387) scores traces, for 1,000 tokens of reasoning. The lists are English, so a prompt in another script has
 * no value. They are no reason against a trace: models differ in them more than good traces from bad ones.
 */
export const reflection: SampleFilter = {
  name: 'reflection',
  version: '1',
  source: 'lists of DLER (arXiv 2510.15110) and LIMO (arXiv 2502.03387)',
  rules: ['T19'],
  scope: 'sample',
  defaultOn: true,
  setBy: null,
  reasons: {},
  measures: [
    { name: 'reflection_words', unit, describe: "words of DLER's list in the reasoning", whole: false },
    { name: 'verification_words', unit, describe: '"check" and "verify" in the reasoning', whole: false },
    { name: 'tentative_words', unit, describe: '"perhaps" and "might" in the reasoning', whole: false },
    { name: 'connective_words', unit, describe: '"therefore" and "since" in the reasoning', whole: false },
  ],
  options: z.strictObject({}),
  measure(sample) {
    const { reasoning, reasoning_tokens: tokens } = sample.trace
    if (tokens === 0 || !isEnglish(sample))
      return {
        reflection_words: null,
        verification_words: null,
        tentative_words: null,
        connective_words: null,
      }
    const { verify, tentative, connective } = countLimoWords(reasoning)
    const density = (count: number): number => Math.round((count / tokens) * 1e6) / 1e3
    return {
      reflection_words: density(countTurns(reasoning)),
      verification_words: density(verify),
      tentative_words: density(tentative),
      connective_words: density(connective),
    }
  },
}

function isEnglish(sample: Sample): boolean {
  const main = scriptsOfSample(sample)?.expected.main
  return main === undefined || main === 'Latin'
}
