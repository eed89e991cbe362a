import { z } from 'zod'
import { assistantShape, armOfRole, Message, promptMessages, shapedAnswer } from './conversation.ts'
import type { ConfigurableExport } from './export.ts'
import { sampleColumns, sampleFacts, sampleOfRole, sampleRow } from './sample-row.ts'
import { Shape } from './shapes.ts'
import { isOnlyWrong, isRight } from './wrong-samples.ts'

const Options = z.strictObject({
  role: z.string().default('reasoning').describe('role of the arm whose samples these are'),
  right: z.boolean().default(false).describe('whether right answers are there too'),
  shape: Shape.default('inline').describe('where the reasoning stands'),
})

/**
 * Whole answers with a wrong result, labelled as what they are (arXiv 2601.04992 trains on such), and with `right` the
 * right ones beside them: unpaired preferences for KTO.
 */
export const labelled: ConfigurableExport<typeof Options> = {
  name: 'labelled',
  options: Options,
  defaultName: ({ right }) => (right ? 'labelled' : 'wrong'),
  make: ({ role, right, shape }, { name }) => ({
    name,
    version: '1',
    describe: `${right ? 'Right and wrong answers' : 'Wrong answers'} of ${role}, each with its label; wrong ones are whole and have no other fault.`,
    reads: 'all',
    matched: false,
    order: 'problems',
    schema(arms) {
      armOfRole(arms, role, name)
      return z.strictObject({
        ...sampleColumns,
        prompt: z.array(Message).describe('the messages before the answer'),
        completion: z.array(assistantShape(shape)).describe('the answer'),
        label: z.boolean().describe('whether the answer is right'),
        ...sampleFacts,
      })
    },
    rows: (group) =>
      sampleOfRole(group, role)
        .filter((sample) => isOnlyWrong(sample) || (right && isRight(sample)))
        .map((sample) =>
          sampleRow(group, sample, {
            prompt: promptMessages(group.instruction, sample.arm),
            completion: [shapedAnswer(sample, shape)],
            label: isRight(sample),
          }),
        ),
  }),
}
