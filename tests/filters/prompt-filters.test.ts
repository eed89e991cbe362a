import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { noFiles } from '../../filters/apply.ts'
import type { ProblemFilter } from '../../filters/filter.ts'
import { problemFilters } from '../../filters/registry.ts'
import type { Problem } from '../../schemas/problem.ts'
import { makeSample } from './sample.ts'

const means = {
  verifyGolds: async () => [],
  countTokens: (text: string) => text.split(/\s+/).length,
  files: noFiles,
}

async function reasonFor(name: string, changes: Partial<Problem>, options: object = {}) {
  const filter: ProblemFilter = problemFilters.find((each) => each.name === name)!
  const problem = { ...makeSample().problem, ...changes }
  const [finding] = await filter.create(
    filter.options.parse(options),
    means,
  )([{ problem, position: 'p:1', idScope: '' }])
  return finding?.reason
}

/** Each with a prompt that the filter speaks against, and one of the same kind that it must let pass. */
const cases: Record<string, { found: string[]; fine: string[] }> = {
  'image-dependence': {
    found: [
      'In the figure, AB is parallel to CD. Find the marked angle.',
      'Use the diagram to find x.',
      'What is the area of the region shown below?',
      'Find the radius. [asy] draw(circle((0,0),1)); [/asy]',
      'What does ![a plot](plot.png) show?',
    ],
    fine: [
      'Figure out how many ways there are to seat 5 people.',
      'Round 3.14159 to three significant figures.',
      'How many figures does 2^100 have?',
      'A doll costs as much as one action figure. What do both cost?',
      'It can be shown that 7 divides n. Find n.',
    ],
  },
  links: {
    found: ['See https://oeis.org/A000045 and give its tenth term.', 'Described at www.example.org/task'],
    fine: ['The protocol http has how many letters?', 'What does WWW stand for?'],
  },
  'several-questions': {
    found: [
      '(a) Find the mean. (b) Find the median.',
      'a) What is 2 + 2?\nb) What is 3 + 3?',
      'A train leaves at noon.\n1. When does it arrive?\n2. How far does it go?',
    ],
    fine: [
      'A plan (see b) is made. Find its cost.',
      'Consider these facts:\n1. All cats are grey.\n2. Tom is a cat.\nIs Tom grey?',
      'Let f(a) = a + 1 and g(b) = 2b. Find f(g(3)).',
    ],
  },
  'answer-in-prompt': {
    found: [
      'What is 6 times 7? Answer: 42',
      'Solve x + 1 = 3. Solution: subtract one from both sides.',
      'What is 2 + 2? The answer is 4, explain why.',
      String.raw`We get \boxed{12}. Why?`,
    ],
    fine: [
      'What is 6 times 7?\nAnswer:',
      String.raw`What is 6 times 7? Put your answer in \boxed{}.`,
      String.raw`Give the result as \boxed{answer}.`,
      'How many answers are there? Answer: ___',
      "Which is the largest ocean? End with a line of the form 'Answer: <answer>'.",
      'Assume signed integers. If the answer is negative, reply as a negative number.',
      'What is 2 + 2? Reply as Answer: $ANSWER',
    ],
  },
  'proof-request': {
    found: [
      'Prove that there are infinitely many primes.',
      'Let n be odd. Show that n^2 - 1 is divisible by 8.',
      'Prove or disprove the claim of Euler.',
      'Show that the triangles which share a side are similar.',
      'Prove that one can find infinitely many such n, no matter what k is.',
    ],
    fine: [
      'Prove that x exists, and find its value.',
      'Show that f is linear. Which line is it',
      'Prove that a root exists. Hence determine it.',
      'Let f(x) = x + 1. Find f(2) and show that it is odd.',
      'The lawyer must prove the case in 3 days. How long is that in hours?',
      'The figures show that sales doubled. What was the growth in percent?',
    ],
  },
  'formatting-damage': {
    found: [
      'Find the \uFFFDrst term.',
      'If x &lt; 3, what is the greatest whole number x?',
      'Compute $x^2 + 1 where x = 3.',
      'A triangle has\n- 12 -\nsides of length 3.',
      String.raw`Evaluate \( x + 1 for x = 2.`,
      'What is the area?\n  /|\\\n / | \\\n/__|__\\\n',
    ],
    fine: [
      'A pen costs $3 and a book costs $12. What do both cost?',
      'Compute $x^2$ and $$y$$ for x = 1, y = 2.',
      'A pen costs $3.',
      'A pen costs 3$. What do $n$ pens cost?',
      'A pen costs $ 3.',
      '| a | b |\n| --- | --- |\n| 1 | 2 |\nWhat is b?',
      String.raw`Find \begin{pmatrix} 1 \\[2pt] 2 \end{pmatrix} \[ x \].`,
    ],
  },
  'choice-problem': {
    found: ['Which is a prime?\nA. 4\nB. 6\nC. 7', 'Pick one:  (A) 1  (B) 2  (C) 3'],
    fine: ['Points A. and B. lie on a line. How far apart are they?', 'A. Smith has 3 pens. How many?'],
  },
  'prompt-language': {
    found: ['Сколько будет два плюс два?', '一个班有三十个学生，其中女生十二个，男生多少个？'],
    fine: ['Find the angle α + β.', '2 + 2 = ?', 'Wie viel ist zwei plus zwei?'],
  },
  'prompt-length': { found: ['1 + 1', 'word '.repeat(3000)], fine: ['What is one plus one?'] },
}

describe.each(Object.entries(cases))('%s', (name, { found, fine }) => {
  test.each(found)('finds %j', async (prompt) => {
    expect(await reasonFor(name, { prompt })).toBeDefined()
  })

  test.each(fine)('lets %j pass', async (prompt) => {
    expect(await reasonFor(name, { prompt })).toBeUndefined()
  })
})

test('a program needs a description and tests', async () => {
  const long = { task: 'code', prompt: 'Write a function. '.repeat(20) }
  expect(await reasonFor('code-prompt', { ...long, answers: ['[]'] })).toBe('no_tests')
  expect(await reasonFor('code-prompt', { ...long, prompt: 'Sort.', answers: ['assert f(1) == 1'] })).toBe(
    'short_code_prompt',
  )
  expect(await reasonFor('code-prompt', { ...long, answers: ['assert f(1) == 1'] })).toBeUndefined()
  expect(await reasonFor('code-prompt', { prompt: 'What is 1 + 1?' })).toBeUndefined()
})

test.each([
  ['7', 'guessable_answer'],
  ['Yes', 'guessable_answer'],
  ['-3', 'guessable_answer'],
  ['x = 2 or x = 3', 'several_answers'],
  ['1234', undefined],
  [String.raw`\frac{1}{2}`, undefined],
  ['(1, 2)', undefined],
])('the reference %j is of the form %j', async (answer, reason) => {
  expect(await reasonFor('gold-form', { answers: [answer] })).toBe(reason)
})

test('whole numbers are no guess where the recipe says so, and yes or no still is', async () => {
  const none = { max_integer: null }
  expect(await reasonFor('gold-form', { answers: ['0'] }, none)).toBeUndefined()
  expect(await reasonFor('gold-form', { answers: ['no'] }, none)).toBe('guessable_answer')
})

test('every filter of single problems decides about each by itself, in any company', async () => {
  const prompts = fc.array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(...Object.values(cases).flatMap(({ found, fine }) => found.concat(fine))),
    ),
    { minLength: 1, maxLength: 8 },
  )
  await fc.assert(
    fc.asyncProperty(prompts, async (texts) => {
      for (const filter of problemFilters.filter(({ verifies }) => !verifies)) {
        const check = filter.create(filter.options.parse({}), means)
        const rows = texts.map((prompt, index) => ({
          problem: { ...makeSample().problem, prompt },
          position: `p:${index}`,
          idScope: '',
        }))
        const together = await check(rows)
        const alone = await Promise.all(rows.map(async (row) => (await check([row]))[0]))
        expect(alone).toEqual([...together])
        for (const finding of together)
          if (finding) expect(Object.keys(filter.reasons)).toContain(finding.reason)
      }
    }),
    { numRuns: 60 },
  )
})
