import { z } from 'zod'

const Content = z.union([
  z.string(),
  z.array(z.looseObject({ type: z.string(), text: z.string().optional() })),
  z.null(),
])

const Message = z
  .looseObject({
    role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
    content: Content.optional(),
  })
  .transform(({ role, content }) => ({ role: role === 'developer' ? 'system' : role, text: plain(content) }))

/**
 * The request body as far as the simulator looks at it. Other fields are taken and ignored, as vLLM and most servers do;
 * `n` is one of them.
 */
export const ChatBody = z.looseObject({
  model: z.string().min(1),
  messages: z.array(Message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  max_tokens: z.int().positive().nullish(),
  max_completion_tokens: z.int().positive().nullish(),
  seed: z.int().nullish(),
  /** Together: go on with the last message, which is the assistant's (vLLM, SGLang). */
  continue_final_message: z.boolean().nullish(),
  add_generation_prompt: z.boolean().nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  top_k: z.int().nullish(),
  min_p: z.number().min(0).max(1).nullish(),
  presence_penalty: z.number().nullish(),
  frequency_penalty: z.number().nullish(),
  reasoning_effort: z.string().optional(),
  reasoning: z.looseObject({ effort: z.string().optional(), enabled: z.boolean().optional() }).optional(),
  enable_thinking: z.boolean().optional(),
  thinking: z.looseObject({ type: z.string() }).optional(),
  chat_template_kwargs: z
    .looseObject({
      enable_thinking: z.boolean().optional(),
      thinking: z.boolean().optional(),
      reasoning: z.boolean().optional(),
      thinking_budget: z.int().optional(),
      thinking_mode: z.string().optional(),
      reasoning_effort: z.string().optional(),
    })
    .optional(),
  extra_body: z
    .looseObject({ google: z.looseObject({ thinking_config: z.looseObject({}).optional() }).optional() })
    .optional(),
})
export type ChatBody = z.infer<typeof ChatBody>

function plain(content: z.infer<typeof Content> | undefined): string {
  if (content === null || content === undefined) return ''
  return typeof content === 'string' ? content : content.map((part) => part.text ?? '').join('')
}
