import { z } from 'zod'
import { armOfRole, Message, promptMessages } from './conversation.ts'
import type { ConfigurableExport } from './export.ts'
import { sampleColumns, sampleFacts, sampleOfRole, sampleRow } from './sample-row.ts'

const Options = z.strictObject({
  role: z.string().default('reasoning').describe('role of the arm whose answers are shown to the teacher'),
  context: z
    .enum(['answer', 'trace'])
    .default('answer')
    .describe('what the teacher sees and the student does not: the answer, or reasoning and answer'),
})

/** Prompts with a context that only the teacher's side of a self-distillation trainer sees (`privileged_context` of TRL). */
export const selfDistillation: ConfigurableExport<typeof Options> = {
  name: 'self-distillation',
  options: Options,
  defaultName: () => 'self-distillation',
  make: ({ role, context }, { name }) => ({
    name,
    version: '1',
    describe: `Prompts with the ${context === 'trace' ? 'reasoning and answer' : 'answer'} of ${role} as privileged context, for self-distillation.`,
    reads: 'selected',
    matched: true,
    order: 'problems',
    schema(arms) {
      armOfRole(arms, role, name)
      return z.strictObject({
        ...sampleColumns,
        prompt: z.array(Message).describe('what the student sees'),
        privileged_context: z.string().describe('what only the teacher sees'),
        ...sampleFacts,
      })
    },
    rows: (group) =>
      sampleOfRole(group, role).map((sample) => {
        const { reasoning, answer } = sample.trace
        const shown = context === 'trace' && reasoning !== '' ? `${reasoning}\n\n${answer}` : answer
        return sampleRow(group, sample, {
          prompt: promptMessages(group.instruction, sample.arm),
          privileged_context: shown,
        })
      }),
  }),
}
