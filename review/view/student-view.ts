import { html, raw } from 'hono/html'
import { messageOf, type ReviewPair } from '../pairs/pair.ts'
import { headOf, tailOf } from './blocks.ts'
import type { Html } from './rich-text.ts'
import { visible } from './visible.ts'

/** Characters that are shown of the head and of the tail of a long message. */
const shownOfMessage = 2000

/**
 * The conversation of every arm as the configurations of the dataset hold it, unrendered: the question dimmed, the message of the
 * assistant marked, because it is what is trained. The marks around the turns are the student's template's own.
 */
export function studentView({ prompt, answers }: ReviewPair): Html {
  return html`<h3>As the student sees it</h3>
    <p class="facts">
      The marked text is trained, the question above it is not. The template of the student puts its own marks
      around the turns, and may move the thought; npm run render tells what it does.
    </p>
    ${answers.map((answer) => {
      const message = messageOf(answer)
      return html`<h4>${visible(answer.arm)}: ${message.length.toLocaleString('en')} characters trained</h4>
        <p><span class="token">user</span></p>
        ${plain(prompt, '')}
        <p><span class="token">assistant</span></p>
        ${plain(message, 'trained')}`
    })}`
}

function plain(text: string, kind: '' | 'trained'): Html {
  if (kind === '')
    return html`${raw('<div class="model-text rendered" dir="auto">')}${visible(text)}${raw('</div>')}`
  const left = text.length - 2 * shownOfMessage
  const shown =
    left <= 200
      ? html`${visible(text)}`
      : html`${visible(headOf(text, shownOfMessage))}${raw('</mark><span class="cut">')} …
        ${left.toLocaleString('en')} characters not shown here …
        ${raw('</span><mark>')}${visible(tailOf(text, shownOfMessage))}`
  return html`${raw('<div class="model-text rendered" dir="auto"><mark>')}${shown}${raw('</mark></div>')}`
}
