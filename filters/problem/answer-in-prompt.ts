import { z } from 'zod'
import { quoted } from '../../schemas/quoted.ts'
import type { ProblemFilter } from '../filter.ts'
import { boxedValues } from '../text/boxes.ts'
import { byProblem } from './by-problem.ts'
import { policyOption } from './policy.ts'

const Options = z.strictObject({ policy: policyOption('drop') })

/**
 * Prompts that hold an answer or a solution. OpenThoughts-114k drops "answer:"; the other marks and the box are our own.
 * A mark at the very end ("Answer:") asks for one, and a box with nothing in it, or with a word for what belongs there,
 * shows the form.
 */
export const answerInPrompt: ProblemFilter<z.infer<typeof Options>> = {
  name: 'answer-in-prompt',
  version: '1',
  source: 'OpenThoughts-114k; further marks own',
  rules: ['P5'],
  scope: 'problem',
  defaultOn: false,
  reasons: { answer_in_prompt: 'The prompt holds an answer or a solution.' },
  options: Options,
  verifies: false,
  summary: 'hold an answer or a solution',
  create: () =>
    byProblem(({ prompt }) => {
      const sign = marks.exec(prompt)?.[0] ?? boxedValues(prompt).find((value) => /\d/.test(value))
      if (sign === undefined) return undefined
      return {
        reason: 'answer_in_prompt',
        message: `the prompt holds an answer (${quoted(sign.trim())}); take it out, or remove the row`,
      }
    }),
}

/**
 * Each with a value behind it on the same or the next line. Inside quotes it shows a form, as do words for what belongs
 * there ("Answer: <answer>"), and "if the answer is negative" tells nothing.
 */
const marks =
  /(?<!['"“‘`*])\b(?:answers?\s?:|ans\.|solution\s?:)[ \t]{0,9}\n?[ \t]{0,9}(?!\$?\\?(?:boxed|answer|your|the (?:final )?answer|number|letter|value|yes or no|[xn]\b))(?=[\p{L}\p{N}$\\(+-])|\bthe (?:correct |final )?answer is:?\s{1,3}(?=[-+$(]{0,2}[\d\\])/iu
