import { z } from 'zod'
import { checkModes, Message, promptMessages } from './conversation.ts'
import type { ConfigurableExport } from './export.ts'
import { sampleColumns, sampleFacts, sampleOfRole, sampleRow } from './sample-row.ts'
import { assistantMessage } from './shared-columns.ts'

const Options = z.strictObject({
  on: z.string().default('reasoning').describe('role of the arm that reasons'),
  off: z.string().default('ift').describe('role of the arm that does not'),
})

/** Reasoning switched by the system prompt, in the columns of Llama-Nemotron-Post-Training-Dataset. */
export const onOff: ConfigurableExport<typeof Options> = {
  name: 'on-off',
  options: Options,
  defaultName: () => 'on-off',
  make: ({ on, off }, { name }) => ({
    name,
    version: '1',
    describe: `Every problem twice, with reasoning (${on}) and without (${off}), as the system prompt says.`,
    reads: 'selected',
    matched: false,
    order: 'problems',
    schema(arms) {
      checkModes(arms, { on, off }, name)
      return z.strictObject({
        ...sampleColumns,
        system_prompt: z.string().describe('the mode in words'),
        input: z.array(Message).describe('the messages before the answer, without the system prompt'),
        output: z.string().describe('the answer, with an inline thinking block where reasoning is on'),
        reasoning: z.enum(['on', 'off']).describe('the mode'),
        ...sampleFacts,
      })
    },
    rows: (group) =>
      [on, off].flatMap((role) =>
        sampleOfRole(group, role).map((sample) => {
          const reasoning = role === on ? 'on' : 'off'
          const [first, ...others] = promptMessages(group.instruction, sample.arm)
          const own = first?.role === 'system' ? `\n\n${first.content}` : ''
          return sampleRow(group, sample, {
            system_prompt: `detailed thinking ${reasoning}${own}`,
            input: own === '' ? [first, ...others] : others,
            output: assistantMessage(sample),
            reasoning,
          })
        }),
      ),
  }),
}
