import { z } from 'zod'
import type { Row } from '../../store/parquet/rows.ts'
import { assistantShape, Message, promptMessages, shapedAnswer, type Answered } from './conversation.ts'
import type { ProblemGroup } from './export.ts'
import { Shape } from './shapes.ts'

/** Options of exports whose rows are conversations. */
export const answerOptions = {
  shape: Shape.default('inline').describe(
    'where the reasoning stands: in the content, or in a field of the message',
  ),
  form: z
    .enum(['messages', 'prompt_completion'])
    .default('messages')
    .describe(
      'one list of messages, or `prompt` and `completion`, which also say before what is trained whether there is reasoning (`chat_template_kwargs`)',
    ),
  switch: z
    .string()
    .regex(/^[a-z_][a-z0-9_]*$/)
    .default('enable_thinking')
    .describe('variable of the chat template that `prompt_completion` sets'),
} as const

export type AnswerOptions = z.output<z.ZodObject<typeof answerOptions>>

/** The columns of a conversation in the form that the options state. */
export function answerColumns({ shape, form, switch: name }: AnswerOptions): Record<string, z.ZodType> {
  const answer = assistantShape(shape)
  if (form === 'messages')
    return { messages: z.array(answer).describe(`the conversation, reasoning ${place(shape)}`) }
  return {
    prompt: z.array(Message).describe('the messages before the answer'),
    completion: z.array(answer).describe(`the answer, reasoning ${place(shape)}`),
    chat_template_kwargs: z
      .strictObject({ [name]: z.boolean() })
      .describe('variables for the chat template: whether the model is to reason'),
  }
}

/** The values of these columns for one sample. */
export function answerValues(
  { instruction }: Pick<ProblemGroup, 'instruction'>,
  sample: Answered,
  { shape, form, switch: name }: AnswerOptions,
  system = '',
): Row {
  const asked = promptMessages(instruction, sample.arm)
  const prompt = system === '' ? asked : withSystem(asked, system)
  const answer = shapedAnswer(sample, shape)
  if (form === 'messages') {
    const field = shape === 'inline' ? {} : { [shape]: '' }
    return { messages: [...prompt.map((message) => Object.assign({}, message, field)), answer] }
  }
  const kwargs = { [name]: sample.arm.mode === 'thinking' }
  return { prompt, completion: [answer], chat_template_kwargs: kwargs }
}

type Messages = ReturnType<typeof promptMessages>

function withSystem(messages: Messages, line: string): Messages {
  const [first, ...others] = messages
  if (first?.role === 'system') return [{ role: 'system', content: `${line}\n\n${first.content}` }, ...others]
  return [{ role: 'system', content: line }, ...messages]
}

function place(shape: Shape): string {
  return shape === 'inline'
    ? 'inline in a thinking block'
    : `in the field ${shape}, empty where there is none`
}
