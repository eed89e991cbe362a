import { z } from 'zod'
import { armOfRole, promptMessages } from './conversation.ts'
import type { ConfigurableExport } from './export.ts'
import { sampleColumns, sampleFacts, sampleOfRole, sampleRow } from './sample-row.ts'
import { assistantMessage } from './shared-columns.ts'

const Options = z.strictObject({
  role: z.string().default('reasoning').describe('role of the arm whose answers these are'),
})

/** Conversations as ShareGPT has them, for LLaMA-Factory and others; the reasoning inline. */
export const sharegpt: ConfigurableExport<typeof Options> = {
  name: 'sharegpt',
  options: Options,
  defaultName: ({ role }) => `${role}-sharegpt`,
  make: ({ role }, { name }) => ({
    name,
    version: '1',
    describe: `Answers of ${role} as ShareGPT conversations.`,
    reads: 'selected',
    matched: true,
    order: 'problems',
    schema(arms) {
      armOfRole(arms, role, name)
      return z.strictObject({
        ...sampleColumns,
        system: z.string().describe('message of the system, empty where there is none'),
        conversations: z
          .array(z.strictObject({ from: z.enum(['human', 'gpt']), value: z.string() }))
          .describe('the conversation, with an inline thinking block where the arm reasons'),
        ...sampleFacts,
      })
    },
    rows: (group) =>
      sampleOfRole(group, role).map((sample) => {
        const messages = promptMessages(group.instruction, sample.arm)
        const system = messages.find((message) => message.role === 'system')?.content ?? ''
        return sampleRow(group, sample, {
          system,
          conversations: [
            { from: 'human', value: messages.at(-1)!.content },
            { from: 'gpt', value: assistantMessage(sample) },
          ],
        })
      }),
  }),
}
