import { z } from 'zod'
import type { ProblemFilter } from '../filter.ts'
import { scriptLetters } from '../text/prompt-script.ts'
import { scripts } from '../text/scripts.ts'
import { byProblem } from './by-problem.ts'
import { policyOption } from './policy.ts'

const Options = z.strictObject({
  policy: policyOption('drop'),
  scripts: z.array(z.enum(scripts)).min(1).default(['Latin']).describe('writing systems that may stay'),
  min_share: z
    .number()
    .min(0)
    .max(1)
    .default(0.95)
    .describe('least share of the letters of the prompt, outside of maths and code, that are in these'),
})

/**
 * Prompts in another writing system than wanted (NeMo Curator and DeepDistill go by a language detector; going by script,
 * and the share, are our own). Languages that share a script are not distinguished.
 */
export const promptLanguage: ProblemFilter<z.infer<typeof Options>> = {
  name: 'prompt-language',
  version: '1',
  source: 'NeMo Curator, DeepDistill for the rule; own number',
  rules: ['P11'],
  scope: 'problem',
  defaultOn: false,
  reasons: { other_language: 'The prompt is in another writing system than wanted.' },
  options: Options,
  numbers: { min_share: 'more' },
  verifies: false,
  summary: 'are in another writing system than wanted',
  create(options) {
    const wanted = new Set<string>(options.scripts)
    return byProblem(({ prompt }) => {
      let own = 0
      let letters = 0
      for (const [script, count] of scriptLetters(prompt)) {
        letters += count
        if (wanted.has(script)) own += count
      }
      if (letters === 0 || own >= options.min_share * letters) return undefined
      const share = Math.round((own / letters) * 100)
      return {
        reason: 'other_language',
        message: `${share} % of the letters of the prompt are in ${options.scripts.join(', ')}; at least ${options.min_share * 100} % are wanted`,
      }
    })
  },
}
