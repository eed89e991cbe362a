import { z } from 'zod'
import { quoted } from '../../schemas/quoted.ts'
import type { ProblemFilter } from '../filter.ts'
import { byProblem } from './by-problem.ts'
import { policyOption } from './policy.ts'

const Options = z.strictObject({ policy: policyOption('drop') })

/** Prompts with an address, behind which a part of the task lies (OpenThoughts-114k; DeepDistill, arXiv 2504.17565). */
export const links: ProblemFilter<z.infer<typeof Options>> = {
  name: 'links',
  version: '1',
  source: 'OpenThoughts-114k, DeepDistill (arXiv 2504.17565)',
  rules: ['P3'],
  scope: 'problem',
  defaultOn: false,
  reasons: { has_link: 'The prompt holds a web address.' },
  options: Options,
  verifies: false,
  summary: 'hold a web address',
  create: () =>
    byProblem(({ prompt }) => {
      const [link] = /\bhttps?:\/\/\S{1,80}|\bwww\.\w\S{0,80}/i.exec(prompt) ?? []
      if (link === undefined) return undefined
      return { reason: 'has_link', message: `the prompt holds the address ${quoted(link)}; remove the row` }
    }),
}
