import { z } from 'zod'
import { quoted } from '../../schemas/quoted.ts'
import type { Problem } from '../../schemas/problem.ts'
import type { Finding, ProblemFilter } from '../filter.ts'
import { boxedValues } from '../text/boxes.ts'
import { byProblem } from './by-problem.ts'
import { policyOption } from './policy.ts'

const Options = z.strictObject({
  policy: policyOption('drop'),
  guessable: z
    .enum(['find', 'ignore'])
    .default('find')
    .describe('references that are guessed often: yes or no, a letter of a few, a small whole number'),
  max_integer: z
    .int()
    .nonnegative()
    .nullable()
    .default(10)
    .describe('greatest whole number, by its amount, that counts as small; null for none'),
  several: z.enum(['find', 'ignore']).default('find').describe('references that hold several values'),
})
type Options = z.infer<typeof Options>

/**
 * The form of a reference, for reinforcement learning: what a guess hits rewards guessing (an issue of DeepMath-103K), and
 * several values in one reference are judged unevenly (NeMo-Skills, issue 1092). The bound is our own.
 */
export const goldForm: ProblemFilter<Options> = {
  name: 'gold-form',
  version: '1',
  source: 'DeepMath-103K and NeMo-Skills issues; own number',
  rules: ['A2', 'A3'],
  scope: 'problem',
  defaultOn: false,
  reasons: {
    guessable_answer: 'The reference answer is one that a guess often hits.',
    several_answers: 'The reference answer holds several values.',
  },
  options: Options,
  numbers: { max_integer: 'more' },
  verifies: false,
  summary: 'have a reference answer that a guess hits or that holds several values',
  create: (options) => byProblem((problem) => findingOf(problem, options)),
}

function findingOf({ task, answers }: Problem, options: Options): Finding | undefined {
  if (task === 'code' || task === 'none') return undefined
  const several = answers.find(holdsSeveral)
  if (options.several === 'find' && task !== 'choice' && several !== undefined)
    return { reason: 'several_answers', message: `the answer ${quoted(several)} holds several values` }
  const guessable =
    task === 'choice' ? answers[0] : answers.find((answer) => isGuessable(answer, options.max_integer))
  if (options.guessable === 'ignore' || guessable === undefined) return undefined
  return {
    reason: 'guessable_answer',
    message: `the answer ${quoted(guessable)} is one that a guess often hits`,
  }
}

function isGuessable(answer: string, max: number | null): boolean {
  const plain = answer.trim().replace(/^\$|\$$/g, '')
  return (
    /^(?:yes|no|true|false|[A-Ja-j])$/i.test(plain) ||
    (max !== null && /^[-+]?\d+$/.test(plain) && Math.abs(Number(plain)) <= max)
  )
}

/** Joined by a word, or in boxes of their own. A set, a tuple or an interval is one value. */
function holdsSeveral(answer: string): boolean {
  return /\s(?:or|and)\s|\\text\s?\{\s?(?:or|and)\s?\}/i.test(answer) || boxedValues(answer).length > 1
}
