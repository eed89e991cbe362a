import { z } from 'zod'
import { hashOf } from '../../schemas/canonical.ts'
import type { Row } from '../../store/parquet/rows.ts'
import { answerColumns, answerOptions, answerValues } from './answer-form.ts'
import { armOfRole } from './conversation.ts'
import type { ConfigurableExport, GroupSample, ProblemGroup } from './export.ts'
import { sampleColumns, sampleFacts, sampleOfRole, sampleRow } from './sample-row.ts'
import { byLength, isOnlyWrong, isRight } from './wrong-samples.ts'

const Options = z.strictObject({
  role: z.string().default('reasoning').describe('role of the arm whose samples are put together'),
  ...answerOptions,
})
type Options = z.output<typeof Options>

/**
 * Traces that go wrong, notice it and come right (journey learning, arXiv 2410.18982), put together from two stored
 * samples of one arm: both attempts word for word, and one sentence between them, which no model wrote.
 */
export const journey: ConfigurableExport<typeof Options> = {
  name: 'journey',
  options: Options,
  defaultName: () => 'journey',
  make: (options, { name, seed }) => ({
    name,
    version: '3',
    describe: `Composed traces of ${options.role}: a wrong attempt, the words that take it back, the right one.`,
    reads: 'all',
    matched: false,
    order: 'problems',
    schema(arms) {
      armOfRole(arms, options.role, name)
      return z.strictObject({
        ...sampleColumns,
        ...answerColumns(options),
        composed: z.literal(true).describe('the reasoning is put together from two samples'),
        wrong_id: z.string().describe('id of the sample that is the wrong attempt'),
        wrong_answer: z.string().describe('what it came to'),
        recognition: z.string().describe('the words between both, which no model wrote'),
        ...sampleFacts,
      })
    },
    rows: (group) => journeyRows(group, options, seed),
  }),
}

/** Each with the tokens that it takes between two blank lines, in the vocabulary that traces are counted with. */
export const recognitions = [
  { words: 'Wait, that does not hold up. Let me go through the problem again from the start.', tokens: 20 },
  {
    words: 'Let me check this result. It does not fit what was asked, so I take it back and try once more.',
    tokens: 25,
  },
  { words: 'Hmm, something went wrong on the way. I start over and watch each step.', tokens: 18 },
  { words: 'That cannot be right. I set it aside and work it out anew.', tokens: 16 },
] as const
type Recognition = (typeof recognitions)[number]

function journeyRows(group: ProblemGroup, options: Options, seed: number): Row[] {
  const own = sampleOfRole(group, options.role).filter(({ trace }) => trace.reasoning !== '')
  const [wrong] = byLength(own.filter(isOnlyWrong))
  const [right] = byLength(own.filter(isRight))
  if (!wrong || !right) return []
  const draw = Number.parseInt(hashOf({ seed, journey: group.problem.id }).slice(0, 8), 16)
  const recognition = recognitions[draw % recognitions.length]!
  const composed = compose(wrong, recognition, right)
  return [
    sampleRow(group, composed, {
      ...answerValues(group, composed, options),
      composed: true,
      wrong_id: wrong.trace.key,
      wrong_answer: wrong.verdict.extracted,
      recognition: recognition.words,
    }),
  ]
}

function compose(wrong: GroupSample, { words, tokens }: Recognition, right: GroupSample): GroupSample {
  const { trace } = right
  return {
    ...right,
    trace: {
      ...trace,
      reasoning: `${wrong.trace.reasoning}\n\n${words}\n\n${trace.reasoning}`,
      reasoning_tokens: wrong.trace.reasoning_tokens + tokens + trace.reasoning_tokens,
    },
  }
}
