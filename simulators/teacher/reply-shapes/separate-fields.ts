import type { Reply } from '../spoils/spoil.ts'
import type { ReplyShape, ReplyShapeName, Segment } from './reply-shape.ts'

/** Reasoning in `reasoning`, as vLLM from 0.16 sends it. */
export const vllm = separate('vllm', ['reasoning'])

/** Reasoning in `reasoning_content`: DeepSeek, SGLang, llama.cpp, vLLM before 0.11.1. */
export const reasoningContent = separate('reasoning_content', ['reasoning_content'])

/** The same text in both fields: vLLM from 0.11.1 to 0.15. */
export const both = separate('both', ['reasoning', 'reasoning_content'])

/** `reasoning` and a `reasoning_details` list, as OpenRouter sends it. */
export const reasoningDetails = separate('reasoning_details', ['reasoning'], true)

/** In `reasoning_content` and, with its tags, in the content as well: llama.cpp's `deepseek-legacy` format. */
export const fieldAndTags: ReplyShape = {
  name: 'field_and_tags',
  emptyMessage: { reasoning_content: null, content: null },
  segments(reply) {
    if (reply.block === 'none') return content(reply)
    const close = reply.block === 'closed' ? `\n</think>\n\n${reply.content}` : ''
    return [
      { fields: ['content'], text: reply.continued ? '' : '<think>\n' },
      { fields: ['reasoning_content', 'content'], text: reply.reasoning },
      { fields: ['content'], text: close },
    ].filter(({ text }) => text !== '')
  },
}

function separate(name: ReplyShapeName, fields: readonly string[], details = false): ReplyShape {
  return {
    name,
    emptyMessage: Object.fromEntries([...fields, 'content'].map((field) => [field, null])),
    segments: (reply) => [...reasoning(reply), ...content(reply)],
  }
  function reasoning(reply: Reply): Segment[] {
    if (reply.reasoning === '') return []
    return [{ fields, text: reply.reasoning, ...(details ? { details: true as const } : {}) }]
  }
}

function content(reply: Reply): Segment[] {
  return reply.content === '' ? [] : [{ fields: ['content'], text: reply.content }]
}
