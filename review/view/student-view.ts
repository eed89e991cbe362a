import { html, raw } from 'hono/html'
import { messageOf, type ReviewPair } from '../pairs/pair.ts'
import type { ArmText } from '../pairs/student.ts'
import { headOf, tailOf } from './blocks.ts'
import type { Html } from './rich-text.ts'
import { visible } from './visible.ts'

/** Characters that are shown of the head and of the tail of a long text. */
const shownOfText = 2000

/** A conversation as a student reads it: the student's own template, and of each arm what it makes of the answer. */
export type StudentTexts = { name: string; texts: readonly ArmText[] }

/**
 * The texts that a student is trained on, those that are trained marked. Without a student they are the messages as the
 * configurations hold them: the marks around the turns are the template's own.
 */
export function studentView({ prompt, answers }: ReviewPair, student?: StudentTexts): Html {
  if (student) return html`${heading(student.name)}${student.texts.map(renderedView)}`
  return html`${heading('')}
    <p class="facts">
      The marked text is trained, the question above it is not. The template of the student puts its own marks
      around the turns, and may move the thought: name it in <code>write.targets</code> or with
      <code>--student</code>, and it is shown here.
    </p>
    ${answers.map((answer) => {
      const message = messageOf(answer)
      return html`<h4>${visible(answer.arm)}: ${whole(message.length)} characters trained</h4>
        <p><span class="token">user</span></p>
        ${rail(html`${visible(prompt)}`)}
        <p><span class="token">assistant</span></p>
        ${rail(piece(message, true))}`
    })}`
}

function heading(name: string): Html {
  return html`<h3>As the student sees it${name === '' ? '' : html`: <bdi>${visible(name)}</bdi>`}</h3>`
}

function renderedView({ arm, form, text, trained, wrong }: ArmText): Html {
  const count = trained.reduce((sum, { start, end }) => sum + end - start, 0)
  const pieces: Html[] = []
  let at = 0
  for (const { start, end } of trained) {
    pieces.push(piece(text.slice(at, start), false), piece(text.slice(start, end), true))
    at = end
  }
  pieces.push(piece(text.slice(at), false))
  return html`<h4>
      ${visible(arm)}: ${whole(count)} of ${whole(text.length)} characters trained
      <small>${visible(form)}</small>
    </h4>
    ${wrong === '' ? '' : html`<p class="wrong">${visible(wrong)}</p>`}
    ${text === '' ? '' : rail(html`${pieces}`)}`
}

/** Behind the rail of texts that are not ours. White space counts there, so the tags are not formatted. */
function rail(text: Html): Html {
  return html`${raw('<div class="model-text rendered" dir="auto" tabindex="0">')}${text}${raw('</div>')}`
}

function piece(text: string, isTrained: boolean): Html {
  const [open, close] = isTrained ? [raw('<mark>'), raw('</mark>')] : ['', '']
  const left = text.length - 2 * shownOfText
  if (left <= 200) return html`${open}${withTokens(text)}${close}`
  const [head, tail] = [headOf(text, shownOfText), tailOf(text, shownOfText)]
  const cut = html`${raw('<span class="cut">')} … ${whole(left)} characters not shown here … ${raw('</span>')}`
  return html`${open}${withTokens(head)}${close}${cut}${open}${withTokens(tail)}${close}`
}

/** Texts that a tokenizer takes for one sign of its own, also where a model wrote them. */
const tokens = /(<\|[^\s<>|]{1,40}\|>|<\/?think>|<(?:start|end)_of_turn>|<\/?s>|\[\/?INST\])/

function withTokens(text: string): Html {
  const parts = visible(text).split(tokens)
  return html`${parts.map((part, at) => (at % 2 === 1 ? html`<span class="token">${part}</span>` : part))}`
}

function whole(number: number): string {
  return number.toLocaleString('en')
}
