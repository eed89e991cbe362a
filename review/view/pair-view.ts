import { html, raw } from 'hono/html'
import type { ReviewAnswer, ReviewPair } from '../pairs/pair.ts'
import type { ReviewState } from '../verdicts/states.ts'
import { blocksOf, headOf, tailOf } from './blocks.ts'
import { rawText, richText, type Html } from './rich-text.ts'
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

/** Characters of the head and the tail of a folded thought. */
const shownOfThought = 600

/** Everything about a pair, as a piece of the page. */
export function pairView(pair: ReviewPair, options: PairViewOptions): Html {
  const { isRaw } = options
  const text = isRaw ? rawText : richText
  return html`<article class="pair" data-id="${pair.id}" data-tab="0">
    ${remarks(pair, options)}
    <section class="problem" aria-label="Problem">
      <h2>Problem <bdi class="id">${pair.id.slice(0, 12)}</bdi> ${chips(pair)}</h2>
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
    <div class="arms">${pair.answers.map((answer, index) => armView(answer, index, isRaw))}</div>
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
        <bdi>${reference.length === 0 ? 'none' : reference.map((each) => visible(each)).join(' | ')}</bdi>
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
          <dd>${mark(answer)} <bdi>${visible(answer.verdict.extracted) || 'nothing extracted'}</bdi></dd>
        </div>`,
    )}
  </dl>`
}

function mark({ verdict: { verdict } }: ReviewAnswer): Html {
  const sign = verdict === 'correct' ? '✓' : verdict === 'incorrect' ? '✗' : '?'
  return html`<span class="verdict ${verdict}">${sign} ${verdict}</span>`
}

function armView(answer: ReviewAnswer, index: number, isRaw: boolean): Html {
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
      ${mark(answer)} ${verdict.source} →
      ${verdict.path || 'no comparison'}${verdict.reason === '' ? '' : ` (${visible(verdict.reason)})`}, read
      from ${verdict.extraction || 'nowhere'}; rule:
      ${verdict.rule}${verdict.judge === null ? '' : `, judge: ${verdict.judge}`}
      ${verdict.majority_answer === '' ? '' : html`; majority <bdi>${visible(verdict.majority_answer)}</bdi>${verdict.gold_repaired ? ' replaces the reference' : ''}`}
    </p>
    ${answer.dropped.length === 0 ? '' : html`<p class="facts dropped">dropped: ${answer.dropped.map((each) => visible(each)).join(', ')}</p>`}
    ${answer.reasoning === '' ? '' : thought(answer, index, isRaw)}
    ${modelText(text(answer.answer), 'answer')}
  </section>`
}

function thought({ reasoning, reasoning_tokens }: ReviewAnswer, index: number, isRaw: boolean): Html {
  const text = isRaw ? rawText : richText
  const blocks = blocksOf(reasoning).length
  const steps = reasoning.split(/\n\s*\n/).length
  const waits = reasoning.match(/\b(?:wait|hmm|alternatively)\b/gi)?.length ?? 0
  const isShort = reasoning.length <= 2 * shownOfThought + 200
  const shown = isShort ? reasoning.length : 2 * shownOfThought
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
          : html`${modelText(text(headOf(reasoning, shownOfThought)))}
              <p class="cut">… ${whole(reasoning.length - shown)} characters folded …</p>
              ${modelText(text(tailOf(reasoning, shownOfThought)))}`
      }
    </div>
    <div class="thought-blocks" hidden></div>
  </div>`
}

/** A text behind its rail. White space around it would be seen, so the tags do not stand in a template that is formatted. */
function modelText(text: Html, more: '' | 'answer' = ''): Html {
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

function difference({ answers, reference }: ReviewPair): Html {
  const texts = [
    ['reference', reference.join(' | ')],
    ...answers.map(({ arm, verdict }) => [arm, verdict.extracted]),
  ] as [string, string][]
  const given = new Set(answers.map(({ verdict }) => verdict.extracted.replaceAll(/\s+/g, ' ').trim()))
  const right = answers.every(({ verdict }) => verdict.verdict === 'correct')
  const says =
    given.size <= 1
      ? 'The final answers are the same text.'
      : right
        ? 'The final answers differ as texts; the verifier holds both to be right.'
        : 'The final answers differ.'
  return html`<h3>Final answers</h3>
    <p>${says}</p>
    <dl>
      ${texts.map(
        ([name, text]) =>
          html`<div>
            <dt>${visible(name)}</dt>
            <dd><bdi>${marked(text, texts[0]![1])}</bdi></dd>
          </div>`,
      )}
    </dl>`
}

/** The part of a text that differs from another, between what both begin and end with. */
function marked(text: string, other: string): Html | string {
  if (text === other || text === '') return visible(text) || 'nothing'
  let start = 0
  while (start < Math.min(text.length, other.length) && text[start] === other[start]) start += 1
  let end = 0
  while (end < Math.min(text.length, other.length) - start && text.at(-1 - end) === other.at(-1 - end))
    end += 1
  const middle = text.slice(start, text.length - end)
  return html`${visible(text.slice(0, start))}<mark>${visible(middle)}</mark>${visible(text.slice(text.length - end))}`
}

function details({ answers }: ReviewPair): Html {
  return html`${answers.map(
    ({ arm, filters, facts }) =>
      html`<h3>${visible(arm)}</h3>
        ${
          filters.length === 0
            ? ''
            : html`<table>
                <thead>
                  <tr>
                    <th scope="col">filter</th>
                    <th scope="col">says</th>
                    <th scope="col">values</th>
                    <th scope="col">set to</th>
                  </tr>
                </thead>
                <tbody>
                  ${filters.map(
                    ({ filter, reasons, values, options }) =>
                      html`<tr>
                        <th scope="row">${filter}</th>
                        <td>${reasons.join(', ') || 'keep'}</td>
                        <td>
                          ${Object.entries(values)
                            .map(([name, value]) => `${name} ${value === null ? '–' : rounded(value)}`)
                            .join(', ')}
                        </td>
                        <td><code>${JSON.stringify(options)}</code></td>
                      </tr>`,
                  )}
                </tbody>
              </table>`
        }
        <dl class="provenance">
          ${Object.entries(facts).map(
            ([name, value]) =>
              html`<div>
                <dt>${name}</dt>
                <dd><bdi>${visible(value)}</bdi></dd>
              </div>`,
          )}
        </dl>`,
  )}`
}

function rounded(value: number): string {
  return Number.isInteger(value) ? whole(value) : String(Number(value.toPrecision(4)))
}

function whole(number: number): string {
  return number.toLocaleString('en')
}

function sizeText(characters: number): string {
  return characters < 1000 ? `${characters} characters` : `${(characters / 1000).toFixed(1)} kB`
}
