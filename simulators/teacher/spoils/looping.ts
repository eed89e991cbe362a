import type { Spoil } from './spoil.ts'

/** The text falls into a loop and repeats itself until the token limit. */
export const looping: Spoil = {
  name: 'loop',
  modes: ['thinking', 'non_thinking'],
  exclusive: true,
  alter(reply, { random, characters }) {
    const thinks = reply.block !== 'none'
    const text = thinks ? reply.reasoning : reply.content
    const paragraphs = text.split(/(?<=\n\n|[.!?] )/)
    const from = Math.floor(paragraphs.length * (0.3 + 0.4 * random.next()))
    const cycle = paragraphs.slice(from, from + random.integer(1, 3)).join('')
    const start = paragraphs.slice(0, from).join('')
    // A little more than the limit, so that the cut and not the loop's own end stops it.
    const turns = Math.ceil((characters * 1.05 + 64 - start.length) / Math.max(1, cycle.length))
    const looped = start + cycle.repeat(Math.max(2, turns))
    return thinks
      ? { block: 'open', reasoning: looped, content: '', answered: false }
      : { ...reply, content: looped, answered: false }
  },
}
