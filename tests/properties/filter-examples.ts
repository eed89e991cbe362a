import * as fc from 'fast-check'
import type { Sample, SourceProblem } from '../../filters/filter.ts'
import { type Problem, problemId } from '../../schemas/problem.ts'
import { hardText } from '../filters/hard-text.ts'
import { makeSample } from '../filters/sample.ts'

/* Problems and answers of all kinds that filters look for, in many degrees, and others that nothing speaks against. */

export const benchmarkItems = [
  'A gardener plants 36 roses in rows so that each row has as many roses as there are rows, and then adds 14 tulips on each side of the bed. How many flowers stand in the bed?',
  'Compute the sum of the first ten odd numbers and divide it by the least of them.',
]

const words = (count: number, from = 0): string =>
  Array.from({ length: count }, (_, at) => `word${(at + from).toString(36)}`).join(' ')
const latinAndCyrillic = (share: number): string =>
  `${'a'.repeat(Math.round(share * 100))} ${'ж'.repeat(Math.round((1 - share) * 100))}`

const train =
  'A train leaves the old station at noon and travels at a constant speed of 80 kilometres an hour. How far has it come after 5 hours on its way to the sea?'
const prompts: (string | Partial<Problem>)[] = [
  ...[1, 5, 30, 120, 300, 900, 3000, 9000].map((count) => words(count)),
  ...[0, 0.2, 0.6, 0.8, 0.92, 0.96, 1].map(latinAndCyrillic),
  ...benchmarkItems,
  ...benchmarkItems.map((item) => `Here is one: ${item.slice(0, 95)}, if you please.`),
  ...benchmarkItems.map((item) => item.replace('row', 'line').replace('first', 'very first')),
  train,
  train.replace('constant', 'quite constant'),
  train.replace('A train leaves the old station', 'An old train has left its station'),
  'How far has it come after 5 hours on its way to the sea? A train leaves the old station at noon and travels at a constant speed of 80 kilometres an hour.',
  train.replace('80', '90'),
  train.replace('80', '70').replace('5', '6'),
  ...[
    `${train} Say it.`,
    `${train} Do say it.`,
    `${train} Say it in whole kilometres, please, and not in others.`,
  ].map((prompt) => ({ prompt, answers: [] })),
  ...[train, train.replace('constant', 'steady and even')].map((prompt) => ({
    prompt: `${prompt}!`,
    answers: ['7'],
  })),
  ...['0', '1', '3', '12', '70', '5000', 'yes', '1 or 2'].map((answer) => ({
    prompt: `Give ${words(4)} ${answer}.`,
    answers: [answer],
  })),
  ...[10, 100, 350, 2000].map((length) => ({
    task: 'code',
    prompt: 'Sort it. '.repeat(length / 9 + 1),
    answers: ['assert f(1) == 1'],
  })),
]

/** Those of them that filters of the whole set are shown in pairs. */
export const alike = (): SourceProblem[] =>
  problems.filter(({ problem }) => problem.prompt.includes('train')).slice(0, 8)

export const problems: SourceProblem[] = prompts.map((given, index) => {
  const content = typeof given === 'string' ? { prompt: given } : given
  const prompt = content.prompt!
  const problem = { ...makeSample().problem, ...content, id: problemId({ prompt, choices: [] }) }
  return { problem: { ...problem, source_id: `row ${index}` }, position: `p:${index}`, idScope: '' }
})

const sentence =
  'Wait, let me check this once more from the start, because I may have made a mistake in all of it. '
const texts = [
  'So it is 42.',
  '一二三四五六七八九十'.slice(0, 3),
  ...[2, 4, 7, 12, 30].map((count) => `This text has a few words, and some ${'一'.repeat(count)} in them.`),
  ...[2, 6, 15].map((count) => `This text has words ${'and 一 then '.repeat(count)}in them.`),
  ...[0.3, 0.6, 0.9, 0.97].map((share) => latinAndCyrillic(share).repeat(share > 0.8 ? 4 : 1)),
  ...[2, 5, 9, 22, 45].map((times) =>
    Array.from({ length: times }, (_, at) => `${words(9, at * 9)} ${sentence}`).join('\n'),
  ),
  ...[2, 3, 5, 9, 30, 90].map((times) => `${words(30)} ${'But no, that is 12. '.repeat(times)}`),
  ...[2, 5].map((times) => `${words(10)} ${words(300, 40).repeat(times)}`),
  ...[120, 700, 1500].map((count) =>
    Array.from({ length: count }, (_, at) => ['yes', 'no', 'so'][(at * at + at ** 3) % 3]).join(' '),
  ),
  ...[50, 500, 4000, 15_000].map((length) => 'x'.repeat(length)),
  ...[0, 1, 3, 6, 12].map((same) =>
    [
      ...Array.from({ length: 12 - same }, (_, at) => `line ${at} ${words(at)}`),
      ...Array.from({ length: same }, () => 'the same line again'),
    ].join('\n'),
  ),
  ...[1, 3, 6].map((same) =>
    [words(20), ...Array.from({ length: same }, () => 'a paragraph that stands here'), words(9)].join('\n\n'),
  ),
  ...[1, 2, 3, 5].map((boxes) => Array.from({ length: boxes }, (_, at) => `\\boxed{${at}}`).join(' and ')),
  ...benchmarkItems.flatMap((item) =>
    [item, item.slice(0, 110)].map((quoted) => `I recall: ${quoted} That is it.`),
  ),
  ...[5, 8, 20].map((steps) =>
    Array.from({ length: steps }, (_, at) => `${at % 3 === 0 ? 'Wait' : 'So'}, step ${at}.`).join('\n\n'),
  ),
  ...[1, 3, 9].map((same) =>
    [
      ...Array.from({ length: 8 }, (_, at) => words(6, at * 6)),
      ...Array.from({ length: same }, () => 'a whole paragraph that stands here again'),
    ].join('\n\n'),
  ),
  '<think>',
  'As an AI language model, I am sorry.',
  '```python\nprint(1)\n```',
]

const verdicts = ['correct', 'incorrect', 'undecided'] as const
const tokens = [0, 1, 3, 5, 15, 60, 300, 2000, 9000, 17_000, 33_000]
const anySample: fc.Arbitrary<Sample> = fc
  .record({
    mode: fc.constantFrom('thinking' as const, 'non_thinking' as const),
    verdict: fc.constantFrom(...verdicts),
    reasoning: fc.oneof(fc.constantFrom(...texts), hardText),
    answer: fc.oneof(fc.constantFrom(...texts), hardText),
    reasoning_tokens: fc.constantFrom(...tokens),
    answer_tokens: fc.constantFrom(...tokens),
  })
  .map(({ mode, verdict, ...trace }) => makeSample({ mode, verdict, trace }))

/** Every text in both places, and answers of all lengths. */
export const samples: Sample[] = [
  ...texts.flatMap((text) => [
    makeSample({ trace: { reasoning: text } }),
    makeSample({ mode: 'non_thinking', trace: { answer: text } }),
  ]),
  ...fc.sample(anySample, { numRuns: 150, seed: 11 }),
]

/** Problems with a few answers of both arms, of which more and more are right. */
export const groups: { problem: Problem; samples: Sample[] }[] = Array.from({ length: 12 }, (_, at) => {
  const own = Array.from({ length: 10 }, (_sample, index) => {
    const { trace, ...sample } = samples[(at * 31 + index * 7) % samples.length]!
    const verdict = { ...sample.verdict, verdict: index < at ? ('correct' as const) : ('incorrect' as const) }
    const thinks = sample.arm.mode === 'thinking'
    const length = 5 * (at + 1) * (index + 1)
    return {
      ...sample,
      arm: { ...sample.arm, samples: 10 },
      verdict,
      trace: {
        ...trace,
        key: `${at} ${index}`,
        sample_index: index,
        reasoning_tokens: thinks ? length * 5 : 0,
        answer_tokens: length,
      },
    }
  })
  return { problem: own[0]!.problem, samples: own }
})
