import { z } from 'zod'
import { FinishState } from '../../schemas/trace.ts'
import { VerdictValue } from '../../schemas/verdict.ts'
import type { Row } from '../../store/parquet/rows.ts'
import type { ConfigurableExport, ProblemGroup } from './export.ts'
import { problemColumns, problemValues } from './shared-columns.ts'
import { renderThinking } from './think.ts'

const Options = z.strictObject({
  samples: z
    .enum(['kept', 'all'])
    .default('kept')
    .describe('which answers: those that the filters keep, or all'),
  roles: z.array(z.string()).min(1).optional().describe('roles of the arms, by default all'),
})

const count = z.int().nonnegative()

const GroupedRow = z.strictObject({
  pair_id: z.string().describe('id of the problem, the same in every configuration'),
  prompt: z.string().describe('the user message as it was sent to every arm'),
  ids: z.array(z.string()).describe('ids of the samples; all lists of a row are in their order'),
  arms: z.array(z.string()).describe('roles of the arms'),
  generations: z.array(z.string()).describe('the answers, each with its thinking block where there is one'),
  verdicts: z.array(VerdictValue).describe('whether each is right'),
  finish_states: z.array(FinishState).describe('how each ended'),
  is_reasoning_complete: z.array(z.boolean()).describe('whether each came to its end'),
  num_tokens: z.array(count).describe('reasoning and answer of each together'),
  verifiers: z.array(z.string()).describe('verifier and its version for each'),
  generation_count: count.describe('how many answers there are'),
  correct_count: count.describe('how many of them are right'),
  checked_count: count.describe('how many of them were checked'),
  ...problemColumns,
})

/** All answers to a problem in one row of lists, as OpenR1-Math-220k has them. */
export const grouped: ConfigurableExport<typeof Options> = {
  name: 'grouped',
  options: Options,
  defaultName: () => 'grouped',
  make: ({ samples, roles }, { name }) => ({
    name,
    version: '1',
    describe: `One row a problem with ${samples === 'all' ? 'all answers' : 'all answers that were kept'} in lists, as in OpenR1.`,
    reads: samples,
    matched: false,
    order: 'problems',
    schema: () => GroupedRow,
    rows: (group) => groupedRows(group, roles),
  }),
}

function groupedRows({ problem, instruction, samples }: ProblemGroup, roles: string[] | undefined): Row[] {
  const own = samples.filter(({ arm }) => roles?.includes(arm.role) ?? true)
  if (own.length === 0) return []
  const verdicts = own.map(({ verdict }) => verdict.verdict)
  const correct = verdicts.filter((verdict) => verdict === 'correct').length
  return [
    {
      pair_id: problem.id,
      prompt: instruction,
      ids: own.map(({ trace }) => trace.key),
      arms: own.map(({ arm }) => arm.role),
      generations: own.map(({ trace }) =>
        renderThinking(trace.mode === 'thinking' ? trace.reasoning : null, trace.answer),
      ),
      verdicts,
      finish_states: own.map(({ trace }) => trace.finish_state),
      is_reasoning_complete: own.map(({ trace }) => trace.finish_state === 'complete'),
      num_tokens: own.map(({ trace }) => trace.reasoning_tokens + trace.answer_tokens),
      verifiers: own.map(({ verdict }) => `${verdict.verifier} ${verdict.verifier_version}`),
      generation_count: own.length,
      correct_count: correct,
      checked_count: correct + verdicts.filter((verdict) => verdict === 'incorrect').length,
      ...problemValues(problem),
    },
  ]
}
