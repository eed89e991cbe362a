import { html } from 'hono/html'
import type { ReviewAnswer } from '../pairs/pair.ts'
import { sizeText, whole } from './numbers.ts'
import { rawText, richText, type Html } from './rich-text.ts'
import { modelText, thoughtView } from './thought-view.ts'
import { visible } from './visible.ts'

/** What a verdict is, in a sign and a word. */
export function verdictMark({ verdict: { verdict } }: ReviewAnswer): Html {
  const sign = verdict === 'correct' ? '✓' : verdict === 'incorrect' ? '✗' : '?'
  return html`<span class="verdict ${verdict}">${sign} ${verdict}</span>`
}

/** The answer of one arm: who gave it, what was found out about it, and its texts. */
export function answerView(answer: ReviewAnswer, index: number, isRaw: boolean): Html {
  const { verdict, facts, reasoning_tokens, answer_tokens } = answer
  const text = isRaw ? rawText : richText
  return html`<section class="arm" data-arm="${String(index)}" aria-label="Answer of ${visible(answer.arm)}">
    <h3>
      ${visible(answer.arm)}
      <small><bdi>${visible(facts['model'] ?? '')}</bdi> ${visible(facts['mode'] ?? '')}</small>
    </h3>
    <p class="facts">
      ${whole(reasoning_tokens)} + ${whole(answer_tokens)} tokens ·
      ${sizeText(answer.reasoning.length + answer.answer.length)} ·
      ${answer.finish_state}${answer.selected ? '' : ' · not in a pair'}
    </p>
    <p class="facts">
      ${verdictMark(answer)} ${verdict.source} →
      ${verdict.path || 'no comparison'}${verdict.reason === '' ? '' : ` (${visible(verdict.reason)})`}, read
      from ${verdict.extraction || 'nowhere'}; rule:
      ${verdict.rule}${verdict.judge === null ? '' : `, judge: ${verdict.judge}`}
      ${verdict.majority_answer === '' ? '' : html`; majority <bdi>${visible(verdict.majority_answer)}</bdi>${verdict.gold_repaired ? ' replaces the reference' : ''}`}
    </p>
    ${answer.dropped.length === 0 ? '' : html`<p class="facts dropped">dropped: ${answer.dropped.map((each) => visible(each)).join(', ')}</p>`}
    ${answer.reasoning === '' ? '' : thoughtView(answer, index, isRaw)}
    ${modelText(text(answer.answer), 'answer')}
  </section>`
}
