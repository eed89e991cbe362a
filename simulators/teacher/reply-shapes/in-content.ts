import type { Reply } from '../spoils/spoil.ts'
import type { ReplyShape, ReplyShapeName } from './reply-shape.ts'

/** Both think tags in the content: no reasoning parser, and a model that writes the opening tag. */
export const inline: ReplyShape = inContent('inline', (reply) => {
  if (reply.block === 'none') return reply.content
  const opened = `${reply.continued ? '' : '<think>\n'}${reply.reasoning}`
  return reply.block === 'open' ? opened : `${opened}\n</think>\n\n${reply.content}`
})

/** The closing tag only, because the template already wrote the opening one. */
export const closingTagOnly: ReplyShape = inContent('closing_tag_only', (reply) => {
  if (reply.block === 'none') return reply.content
  return reply.block === 'open' ? reply.reasoning : `${reply.reasoning}\n</think>\n\n${reply.content}`
})

/** The raw harmony channels of gpt-oss, from a server without the parser. */
export const harmonyRaw: ReplyShape = inContent('harmony_raw', (reply) => {
  const final = `<|channel|>final<|message|>${reply.content}<|return|>`
  if (reply.block === 'none') return final
  const analysis = `<|channel|>analysis<|message|>${reply.reasoning}`
  return reply.block === 'open' ? analysis : `${analysis}<|end|><|start|>assistant${final}`
})

function inContent(name: ReplyShapeName, render: (reply: Reply) => string): ReplyShape {
  return {
    name,
    emptyMessage: { content: null },
    segments(reply) {
      const text = render(reply)
      return text === '' ? [] : [{ fields: ['content'], text }]
    },
  }
}
