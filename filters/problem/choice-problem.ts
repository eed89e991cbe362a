import { z } from 'zod'
import type { ProblemFilter } from '../filter.ts'
import { offersChoices } from '../text/choices.ts'
import { byProblem } from './by-problem.ts'
import { policyOption } from './policy.ts'

const Options = z.strictObject({ policy: policyOption('drop') })

/**
 * Multiple-choice problems: OpenMathReasoning (arXiv 2504.16891) and SYNTHETIC-1 leave them out or rewrite them, because
 * a guess is often right.
 */
export const choiceProblem: ProblemFilter<z.infer<typeof Options>> = {
  name: 'choice-problem',
  version: '1',
  source: 'OpenMathReasoning (arXiv 2504.16891), SYNTHETIC-1',
  rules: ['P7'],
  scope: 'problem',
  defaultOn: false,
  reasons: { multiple_choice: 'The problem offers options to choose from.' },
  options: Options,
  verifies: false,
  summary: 'offer options to choose from',
  create: () =>
    byProblem(({ prompt, choices, task }) =>
      choices.length > 0 || task === 'choice' || offersChoices(prompt)
        ? { reason: 'multiple_choice', message: 'the problem offers options to choose from' }
        : undefined,
    ),
}
