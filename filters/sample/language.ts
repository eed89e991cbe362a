import { z } from 'zod'
import type { SampleFilter } from '../filter.ts'
import { type ExpectedScripts, type ScriptShare, scriptsOfSample } from '../text/script-share.ts'

const Options = z.strictObject({
  min_share: z
    .number()
    .min(0)
    .max(1)
    .default(0.95)
    .describe('least share of the letters of a text that are in a script of its prompt'),
  min_letters: z
    .int()
    .positive()
    .default(40)
    .describe('the share is judged in texts with at least this many letters'),
  cjk_run: z
    .int()
    .positive()
    .default(5)
    .describe(
      'Chinese, Japanese or Korean characters in a row that are mixing where the prompt is in Latin script',
    ),
  cjk_total: z.int().positive().default(10).describe('the same, in any places of the text'),
})
type Options = z.infer<typeof Options>

/**
 * Language mixing, judged by script with maths and code taken out: DeepSeek-R1 (arXiv 2501.12948) rewards language
 * consistency and filters mixed traces; the thresholds are our own. Languages that share a script are not distinguished.
 * Reasoning and answer are judged apart, so that a long one does not hide the other.
 */
export const language: SampleFilter<Options> = {
  name: 'language',
  version: '1',
  source: 'DeepSeek-R1 for the rule; own numbers',
  rules: ['T13'],
  scope: 'sample',
  defaultOn: true,
  reasons: { language_mixing: 'Part of the text is not in the script of its prompt.' },
  options: Options,
  numbers: { min_share: 'more', min_letters: 'fewer', cjk_run: 'fewer', cjk_total: 'fewer' },
  create: (options) => (sample) => {
    const scripts = scriptsOfSample(sample)
    if (scripts === undefined) return []
    const { expected, reasoning, answer } = scripts
    const mixed = [reasoning, answer].some((share) => isMixed(share, expected, options))
    return mixed ? ['language_mixing'] : []
  },
}

function isMixed(share: ScriptShare, expected: ExpectedScripts, options: Options): boolean {
  const { letters, own, foreign, cjkRun, cjkTotal } = share
  const cjk = cjkRun >= options.cjk_run || cjkTotal >= options.cjk_total
  if (cjk && expected.main === 'Latin') return true
  return letters >= options.min_letters && own < options.min_share * (own + foreign)
}
