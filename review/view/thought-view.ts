import { html, raw } from 'hono/html'
import type { ReviewAnswer } from '../pairs/pair.ts'
import { blocksOf, drawnTailOf, headOf, tailOf } from './blocks.ts'
import { whole } from './numbers.ts'
import { rawText, richText, type Html } from './rich-text.ts'

/** Characters of the head and the tail of a folded thought. */
const shownOfThought = 600

/** A thought, folded where it is long. */
export function thoughtView(
  { reasoning, reasoning_tokens }: Pick<ReviewAnswer, 'reasoning' | 'reasoning_tokens'>,
  index: number,
  isRaw: boolean,
): Html {
  const text = isRaw ? rawText : richText
  const blocks = blocksOf(reasoning).length
  const steps = reasoning.split(/\n\s*\n/).length
  const waits = reasoning.match(/\b(?:wait|hmm|alternatively)\b/gi)?.length ?? 0
  const isShort = reasoning.length <= 2 * shownOfThought + 200
  const head = headOf(reasoning, shownOfThought)
  const end = tailOf(reasoning, shownOfThought)
  const tail = isRaw ? { drawn: end, shown: end.length } : drawnTailOf(reasoning, shownOfThought)
  const shown = isShort ? reasoning.length : head.length + tail.shown
  return html`<div class="thought" data-arm="${String(index)}" data-blocks="${String(blocks)}" data-next="0">
    <p class="facts">
      Thought: ${whole(reasoning_tokens)} tokens, ${whole(steps)} steps, ${whole(waits)} × “wait”; shown
      ${whole(shown)} of ${whole(reasoning.length)} characters
      ${isShort ? '' : html`<button type="button" data-act="thought" aria-expanded="false">open</button>`}
    </p>
    <div class="thought-folded">
      ${
        isShort
          ? html`${modelText(text(reasoning))}`
          : html`${modelText(text(head))}
              <p class="cut">… ${whole(reasoning.length - shown)} characters folded …</p>
              ${tail.shown === 0 ? '' : modelText(text(tail.drawn))}`
      }
    </div>
    <div class="thought-blocks" hidden></div>
  </div>`
}

/** A text behind its rail. White space around it would be seen, so the tags do not stand in a template that is formatted. */
export function modelText(text: Html, more: '' | 'answer' = ''): Html {
  return html`${raw(`<div class="model-text ${more}" dir="auto">`)}${text}${raw('</div>')}`
}

/** One block of a thought. */
export function blockView(answer: ReviewAnswer, block: number, isRaw: boolean): Html {
  const blocks = blocksOf(answer.reasoning)
  const text = isRaw ? rawText : richText
  return html`<div class="block" data-block="${String(block)}" tabindex="-1">
    ${modelText(text(blocks[block] ?? ''))}
  </div>`
}
