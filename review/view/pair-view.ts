import { html } from 'hono/html'
import type { ReviewPair } from '../pairs/pair.ts'
import type { ReviewState } from '../verdicts/states.ts'
import { answerView, verdictMark } from './answer-view.ts'
import { details } from './details.ts'
import { difference } from './difference.ts'
import { notRecorded } from './numbers.ts'
import { rawText, richText, type Html } from './rich-text.ts'
import { modelText } from './thought-view.ts'
import { visible } from './visible.ts'

export type PairViewOptions = {
  /** Texts as they are stored, instead of drawn. */
  isRaw: boolean
  /** Verdicts of others, only where this reviewer may know them. */
  others: readonly ReviewState[]
  own: ReviewState | undefined
  why: string
  stratum: string
  /** Whether a verdict was on other texts than these. */
  isVoid: boolean
}

/** Everything about a pair, as a piece of the page. */
export function pairView(pair: ReviewPair, options: PairViewOptions): Html {
  const { isRaw } = options
  const text = isRaw ? rawText : richText
  return html`<article class="pair" data-id="${pair.id}" data-tab="0">
    ${remarks(pair, options)}
    <section class="problem" aria-label="Problem">
      <h2>Problem <bdi class="id">${visible(pair.id.slice(0, 12))}</bdi> ${chips(pair)}</h2>
      ${modelText(text(pair.prompt))}
    </section>
    ${statusRow(pair)}
    <div class="tabs" role="group" aria-label="Which answer">
      ${pair.answers.map(
        ({ arm }, index) =>
          html`<button
            type="button"
            data-act="tab"
            data-to="${String(index)}"
            aria-pressed="${String(index === 0)}"
          >
            ${visible(arm)}
          </button>`,
      )}
    </div>
    <div class="arms">${pair.answers.map((answer, index) => answerView(answer, index, isRaw))}</div>
    <section class="difference" hidden aria-label="Difference of the final answers">
      ${difference(pair)}
    </section>
    <section class="student" hidden aria-label="As the student sees it"></section>
    <section class="details" hidden aria-label="Filters and provenance">${details(pair)}</section>
  </article>`
}

function chips({ source, source_id, domain, task, difficulty, license }: ReviewPair): Html {
  const facts = [task, domain, difficulty, source, source_id, license].filter((each) => each !== '')
  return html`<span class="chips">${facts.map((fact) => html`<bdi>${visible(fact)}</bdi>`)}</span>`
}

function remarks(pair: ReviewPair, { others, own, why, stratum, isVoid }: PairViewOptions): Html {
  const lines: (Html | string)[] = [
    why === 'random' ? `drawn at random among ${visible(stratum)}` : `picked: ${why}`,
  ]
  if (pair.lost !== '') lines.push(html`<strong>not in the dataset: ${visible(pair.lost)}</strong>`)
  if (pair.gold_suspect) lines.push(html`<strong>reference in doubt</strong>`)
  if (pair.gold_suspect === null) lines.push(`doubt about the reference: ${notRecorded}`)
  if (isVoid) lines.push(html`<strong>your verdict was on other texts and is void</strong>`)
  if (own?.verdict !== undefined)
    lines.push(
      html`<strong class="own"
        >you:
        ${own.verdict === 'accept' ? '✓ approved' : '✗ rejected'}${own.reason === undefined ? '' : `, ${visible(own.reason)}`}</strong
      >`,
    )
  if (own?.flag === true) lines.push(html`<strong>⚑ flagged</strong>`)
  if (own?.note !== undefined && own.note !== '')
    lines.push(html`note: <bdi class="note">${visible(own.note)}</bdi>`)
  for (const { reviewer, verdict, note } of others)
    lines.push(
      html`<bdi>${visible(reviewer)}</bdi>:
        ${verdict ?? 'no verdict'}${note === undefined ? '' : html`, <bdi>${visible(note)}</bdi>`}`,
    )
  return html`<ul class="remarks" aria-label="About this pair">
    ${lines.map((line) => html`<li>${line}</li>`)}
  </ul>`
}

/** The row that decides most pairs. */
function statusRow({ reference, choices, answers }: ReviewPair): Html {
  return html`<dl class="status">
    <div>
      <dt>reference</dt>
      <dd>
        <bdi
          >${reference === null ? notRecorded : reference.map((each) => visible(each)).join(' | ') || 'none'}</bdi
        >
      </dd>
    </div>
    ${
      choices.length === 0
        ? ''
        : html`<div>
            <dt>choices</dt>
            <dd><bdi>${choices.map((each) => visible(each)).join(' | ')}</bdi></dd>
          </div>`
    }
    ${answers.map(
      (answer) =>
        html`<div>
          <dt>${visible(answer.arm)}</dt>
          <dd>
            ${verdictMark(answer)}
            <bdi
              >${answer.verdict.extracted === null ? notRecorded : visible(answer.verdict.extracted) || 'nothing extracted'}</bdi
            >
          </dd>
        </div>`,
    )}
  </dl>`
}
