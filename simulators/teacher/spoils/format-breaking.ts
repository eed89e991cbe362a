import type { Spoil } from './spoil.ts'

/** The think block is never closed: the answer sits inside the reasoning and the content is empty. */
export const unclosedThink: Spoil = {
  name: 'unclosed_think',
  modes: ['thinking'],
  exclusive: true,
  alter: (reply) => ({
    block: 'open',
    reasoning: `${reply.reasoning}\n\n${reply.content}`,
    content: '',
    answered: false,
  }),
}

/** A second think block in front of the answer. */
export const twoThinkBlocks: Spoil = {
  name: 'two_think_blocks',
  modes: ['thinking'],
  exclusive: true,
  alter(reply) {
    const paragraphs = reply.reasoning.split('\n\n')
    const middle = Math.ceil(paragraphs.length / 2)
    const [first, second] = [paragraphs.slice(0, middle).join('\n\n'), paragraphs.slice(middle).join('\n\n')]
    return { ...reply, reasoning: first, content: `<think>\n${second}\n</think>\n\n${reply.content}` }
  },
}

/** Thinking was on and nothing was thought. */
export const emptyThink: Spoil = {
  name: 'empty_think',
  modes: ['thinking'],
  exclusive: true,
  alter: (reply) => ({ ...reply, reasoning: '' }),
}

/** Think tags in the answer of a model that was asked not to think. */
export const tagsInAnswer: Spoil = {
  name: 'tags_in_answer',
  modes: ['non_thinking'],
  exclusive: true,
  alter(reply, { random }) {
    const [first = '', ...rest] = reply.content.split('\n\n')
    const content = random.chance(0.5)
      ? `<think>\n${first}\n</think>\n\n${rest.join('\n\n')}`
      : `</think>\n\n${reply.content}`
    return { ...reply, content }
  },
}

/** The server says `stop` and there is no answer. */
export const emptyContent: Spoil = {
  name: 'empty_content',
  modes: ['thinking', 'non_thinking'],
  exclusive: true,
  alter: (reply) => ({ ...reply, content: '', answered: false }),
}

/** The final answer is in the text without the box that was asked for. */
export const missingBox: Spoil = {
  name: 'missing_box',
  modes: ['thinking', 'non_thinking'],
  exclusive: false,
  plan: (plan) => ({ ...plan, boxed: false }),
}
