import { z } from 'zod'
import type { ProblemFilter } from '../filter.ts'
import { byProblem } from './by-problem.ts'
import { policyOption } from './policy.ts'

const Options = z.strictObject({ policy: policyOption('drop') })

/**
 * Prompts with several questions, of which a single reference can answer only one. A prompt that begins with "a)" or
 * "(a)" and has a "b)": OpenThoughts-114k. Two numbered lines that each ask something: our own. The options of a choice
 * problem are no questions.
 */
export const severalQuestions: ProblemFilter<z.infer<typeof Options>> = {
  name: 'several-questions',
  version: '1',
  source: 'OpenThoughts-114k; numbered lines own',
  rules: ['P4'],
  scope: 'problem',
  defaultOn: false,
  reasons: { several_questions: 'The prompt asks several questions.' },
  options: Options,
  verifies: false,
  summary: 'ask several questions',
  create: () =>
    byProblem(({ prompt, task }) =>
      task === 'choice' || !(isLettered(prompt) || numberedQuestions(prompt) >= 2)
        ? undefined
        : {
            reason: 'several_questions',
            message: 'the prompt asks several questions; make a problem of each',
          },
    ),
}

function isLettered(prompt: string): boolean {
  return /^\s*\(?a\)/i.test(prompt) && /(?:^|\s)\(?b\)/i.test(prompt)
}

function numberedQuestions(prompt: string): number {
  const numbered = /^\s{0,8}(?:\(?(?:\d{1,2}|[ivx]{1,4}|[a-h])\)|\d{1,2}\.)\s+\S/
  const asks =
    /\?\s*$|^\W*\w{1,4}[).]\s+(?:find|determine|compute|calculate|prove|show|evaluate|solve|what|how|write|give|explain)\b/i
  return prompt.split('\n').filter((line) => numbered.test(line) && asks.test(line)).length
}
