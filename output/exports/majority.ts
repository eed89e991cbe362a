import { z } from 'zod'
import type { Row } from '../../store/parquet/rows.ts'
import { Message, promptMessages } from './conversation.ts'
import type { ConfigurableExport, ProblemGroup } from './export.ts'
import { problemColumns, problemValues } from './shared-columns.ts'

const Options = z.strictObject({})

const count = z.int().nonnegative()

/** Labels that a majority of answers stands for, where no reference is known or the majority replaced it. */
export const majority: ConfigurableExport<typeof Options> = {
  name: 'majority',
  options: Options,
  defaultName: () => 'majority',
  make: (_options, { name }) => ({
    name,
    version: '1',
    describe: 'Problems whose answer is the one that most samples gave: a label that nobody checked.',
    reads: 'all',
    matched: false,
    order: 'problems',
    schema: () =>
      z.strictObject({
        pair_id: z.string().describe('id of the problem, the same in every configuration'),
        prompt: z.array(Message).describe('the messages before the answer'),
        answer: z.string().describe('the answer that most samples gave'),
        answer_source: z.literal('majority').describe('nobody checked it'),
        votes: count.describe('samples that say so'),
        samples: count.describe('samples of the problem'),
        gold_repaired: z.boolean().describe("whether it stands in place of the source's own reference"),
        ...problemColumns,
      }),
    rows: majorityRows,
  }),
}

function majorityRows({ problem, instruction, samples }: ProblemGroup): Row[] {
  const voted = samples.filter(({ verdict }) => verdict.majority_answer !== '')
  const [first] = voted
  if (first === undefined) return []
  return [
    {
      pair_id: problem.id,
      prompt: promptMessages(instruction, first.arm),
      answer: first.verdict.majority_answer,
      answer_source: 'majority',
      votes: voted.filter(({ verdict }) => verdict.verdict === 'correct').length,
      samples: samples.length,
      gold_repaired: first.verdict.gold_repaired,
      ...problemValues(problem),
    },
  ]
}
