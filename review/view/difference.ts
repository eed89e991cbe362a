import { html } from 'hono/html'
import type { ReviewPair } from '../pairs/pair.ts'
import { notRecorded } from './numbers.ts'
import type { Html } from './rich-text.ts'
import { visible } from './visible.ts'

/** The final answers beside each other and beside the reference. */
export function difference({ answers, reference }: ReviewPair): Html {
  const texts = [
    ['reference', reference?.join(' | ') ?? notRecorded],
    ...answers.map(({ arm, verdict }) => [arm, verdict.extracted ?? notRecorded]),
  ] as [string, string][]
  const isKnown = answers.every(({ verdict }) => verdict.extracted !== null)
  const given = new Set(answers.map(({ verdict }) => verdict.extracted?.replaceAll(/\s+/g, ' ').trim()))
  const right = answers.every(({ verdict }) => verdict.verdict === 'correct')
  const says = !isKnown
    ? 'What was read out of the texts is not recorded.'
    : given.size <= 1
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
