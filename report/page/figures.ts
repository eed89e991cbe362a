import { html } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import { visible } from '../../review/view/visible.ts'
import type { Cell, Column, Form, Table } from '../report.ts'

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>

/** Tables with more rows stand folded. */
const mostOpenRows = 30

/** A table with every number as the `value` of a `data` element, whatever is written of it. */
export function tableView({ id, caption, columns, rows }: Table): Html {
  const body = html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table id="table-${id}">
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map(({ label, form }) => html`<th scope="col" class="${form}">${label}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${columns.map((column) => cellView(column, row))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
  if (rows.length <= mostOpenRows) return body
  return html`<details>
    <summary>${caption}: ${String(rows.length)} rows</summary>
    ${body}
  </details>`
}

function cellView({ key, form, interval }: Column, row: Table['rows'][number]): Html {
  const value = row[key] ?? null
  if (form === 'text') return html`<td><bdi>${visible(String(value ?? ''))}</bdi></td>`
  const [low, high] = (interval ?? []).map((each) => row[each] ?? null)
  const bounds =
    low === null || high === null || low === undefined || high === undefined
      ? ''
      : html` <small>(${figure(key, low, form)} to ${figure(key, high, form)})</small>`
  return html`<td class="${form}">${figure(key, value, form)}${bounds}</td>`
}

function figure(key: string, value: Cell, form: Form): Html {
  if (value === null) return html`<span class="unknown">not known</span>`
  return html`<data value="${String(value)}" data-of="${key}">${figureText(value, form)}</data>`
}

/** A value as it is written. */
function figureText(value: string | number, form: Form): string {
  if (typeof value === 'string') return value
  if (value < 0) return `−${figureText(-value, form)}`
  switch (form) {
    case 'share':
      return `${(100 * value).toLocaleString('en', { maximumFractionDigits: value < 0.01 ? 2 : 1 })} %`
    case 'count':
      return value.toLocaleString('en', { maximumFractionDigits: 1 })
    case 'usd':
      return `$${value.toLocaleString('en', { maximumSignificantDigits: 3 })}`
    case 'number':
      return value >= 100
        ? value.toLocaleString('en', { maximumFractionDigits: 0 })
        : value.toLocaleString('en', { maximumSignificantDigits: 3 })
    case 'text':
      return String(value)
  }
}
