import { z } from 'zod'
import { answerColumns, answerOptions, answerValues } from './answer-form.ts'
import { armOfRole, promptMessages, reasoningOf } from './conversation.ts'
import type { ConfigurableExport, GroupSample, ProblemGroup } from './export.ts'
import { sampleColumns, sampleFacts, sampleOfRole, sampleRow } from './sample-row.ts'
import { escapeTags } from './think.ts'

const Text = z
  .strictObject({
    prompt: z
      .string()
      .includes('{user}')
      .describe('what stands before the answer, with `{user}` and, where there is one, `{system}`'),
    completion: z
      .string()
      .includes('{answer}')
      .describe('the answer with what ends it: `{reasoning}` and `{answer}`'),
  })
  .optional()

const Options = z.strictObject({
  role: z.string().default('reasoning').describe('role of the arm whose answers these are'),
  ...answerOptions,
  text: Text.describe(
    'plain texts in place of messages, for a student whose template loses the reasoning; `npm run render` prints both',
  ),
})
type Options = z.output<typeof Options>

/** Fine-tuning on the answers of one arm, in the shape that a student's template takes. */
export const sft: ConfigurableExport<typeof Options> = {
  name: 'sft',
  options: Options,
  defaultName: ({ role, shape, form, text }) =>
    `${role}-${text ? 'text' : form === 'messages' ? shape : `${shape}-split`}`.replaceAll('_', '-'),
  make(options, { name }) {
    const { role, text } = options
    return {
      name,
      version: '2',
      describe: `Fine-tuning on the answers of ${role}, ${text ? 'as plain texts' : `reasoning as \`${options.shape}\``}.`,
      reads: 'selected',
      matched: true,
      order: 'problems',
      schema(arms) {
        armOfRole(arms, role, name)
        return z.strictObject({
          ...sampleColumns,
          ...(text ? textColumns : answerColumns(options)),
          ...sampleFacts,
        })
      },
      rows: (group) =>
        sampleOfRole(group, role).map((sample) =>
          sampleRow(
            group,
            sample,
            text ? textValues(group, sample, text) : answerValues(group, sample, options),
          ),
        ),
    }
  },
}

const textColumns = {
  prompt: z
    .string()
    .describe('what stands before the answer, special tokens included; no template is applied to it'),
  completion: z
    .string()
    .describe(
      'reasoning, answer and what ends them; think tags that a text mentions have a backslash after their `<`',
    ),
}

function textValues(
  { instruction }: ProblemGroup,
  sample: GroupSample,
  text: NonNullable<Options['text']>,
): { prompt: string; completion: string } {
  const messages = promptMessages(instruction, sample.arm)
  const contentOf = (role: string): string => messages.find((message) => message.role === role)?.content ?? ''
  return {
    prompt: fill(text.prompt, { user: contentOf('user'), system: contentOf('system') }),
    completion: fill(text.completion, {
      reasoning: escapeTags(reasoningOf(sample) ?? ''),
      answer: escapeTags(sample.trace.answer),
    }),
  }
}

/** Puts texts into a frame in one pass, so that braces in a text stay what they are. */
function fill(frame: string, texts: Record<string, string>): string {
  return frame.replaceAll(/\{(\w+)\}/gu, (whole, name: string) => texts[name] ?? whole)
}
