import { html } from 'hono/html'
import type { ReviewPair } from '../pairs/pair.ts'
import { notRecorded, rounded } from './numbers.ts'
import type { Html } from './rich-text.ts'
import { visible } from './visible.ts'

/** What every filter said of every answer, and where the answers came from. */
export function details({ answers }: ReviewPair): Html {
  return html`${answers.map(
    ({ arm, filters, facts }) =>
      html`<h3>${visible(arm)}</h3>
        ${
          filters === null
            ? html`<p class="facts">filter decisions: ${notRecorded}</p>`
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
                <dt>${visible(name)}</dt>
                <dd><bdi>${visible(value)}</bdi></dd>
              </div>`,
          )}
        </dl>`,
  )}`
}
