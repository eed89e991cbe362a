import { z } from 'zod'
import { UsageError } from '../../schemas/errors.ts'
import { Message, promptMessages } from './conversation.ts'
import type { Export, GroupSample, ProblemGroup } from './export.ts'
import {
  assistantMessage,
  problemColumns,
  problemValues,
  traceColumns,
  traceValues,
} from './shared-columns.ts'

const TrainingRow = z.strictObject({
  id: z.string().describe('id of the sample'),
  pair_id: z.string().describe('id of the problem, the same in every configuration'),
  messages: z
    .array(Message)
    .describe('the conversation, with an inline thinking block where the arm reasons'),
  problem: z.string().describe('the question as its source has it'),
  ...traceColumns,
  ...problemColumns,
})

/**
 * A configuration to train on without a script: the rows of the arm with this role. `messages` holds role and content
 * only, because a member that is null in some rows breaks chat templates, and there is no column named prompt,
 * completion, chosen or rejected beside it, because trainers recognise the kind of a dataset by these names.
 */
export function trainingExport(role: string, describe: string): Export {
  return {
    name: role,
    version: '2',
    describe,
    role,
    reads: 'selected',
    matched: true,
    order: 'problems',
    schema: (arms) => {
      if (arms.some((arm) => arm.role === role)) return TrainingRow
      const roles = arms.map((arm) => arm.role).join(', ')
      throw new UsageError(
        `the dataset configuration ${role} wants an arm with that role; the recipe has ${roles}`,
      )
    },
    rows: (group) =>
      group.samples.filter((sample) => sample.arm.role === role).map((sample) => rowOf(group, sample)),
  }
}

function rowOf({ problem, instruction }: ProblemGroup, sample: GroupSample): z.input<typeof TrainingRow> {
  return {
    id: sample.trace.key,
    pair_id: problem.id,
    messages: messagesOf(instruction, sample),
    problem: problem.prompt,
    ...traceValues(sample),
    ...problemValues(problem),
  }
}

function messagesOf(instruction: string, sample: GroupSample): z.input<typeof Message>[] {
  const answer = { role: 'assistant' as const, content: assistantMessage(sample) }
  return [...promptMessages(instruction, sample.arm), answer]
}
