import { createHash } from 'node:crypto'
import { html, raw } from 'hono/html'
import { visible } from '../../review/view/visible.ts'
import type { Chart, Report, Section, Table } from '../report.ts'
import { tableView, type Html } from './figures.ts'
import { inlinePlot } from './plot.ts'

/**
 * A report as one page that loads nothing and holds no script. What models, files and people wrote is escaped, signs that
 * nobody sees are named, and the page's policy refuses whatever it does not hold itself.
 */
export async function reportPage({ name, shards, sections }: Report, style: string): Promise<string> {
  const hash = createHash('sha256').update(style).digest('base64')
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`
  const page = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="content-security-policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Report on ${visible(name)}</title>
        ${raw(`<style>${style}</style>`)}
      </head>
      <body>
        <header>
          <h1>Report on <bdi>${visible(name)}</bdi></h1>
          ${
            shards.missing > 0
              ? html`<p class="warning">
                  Figures are those of
                  <data value="${String(shards.done)}">${String(shards.done)}</data> shards;
                  <data value="${String(shards.missing)}">${String(shards.missing)}</data> are not done yet,
                  or were made by another recipe.
                </p>`
              : ''
          }
          <p>
            Intervals are at 95 %. They treat problems as drawn at random, and answers to one problem as
            alike. What a run cannot say is said to be not known.
          </p>
        </header>
        <nav aria-label="Sections">
          <ul>
            ${sections.map(({ id, title, metric }) => html`<li><a href="#${id}">${title}</a>${metric === '' ? '' : html` <small>${metric}</small>`}</li>`)}
          </ul>
        </nav>
        <main>${await Promise.all(sections.map(sectionView))}</main>
      </body>
    </html> `
  return String(page)
}

async function sectionView(section: Section): Promise<Html> {
  const { id, title, metric, says, charts = [], tables, examples = [], notKnown = [] } = section
  return html`<section id="${id}" aria-labelledby="title-${id}">
    <h2 id="title-${id}">${title}${metric === '' ? '' : html` <small>${metric}</small>`}</h2>
    ${says.map((sentence) => html`<p>${withCode(sentence)}</p>`)}
    ${await Promise.all(charts.map((chart) => chartView(chart, tables)))}
    <div class="tables">
      ${tables.filter(({ rows, ofChart }) => rows.length > 0 && ofChart === undefined).map(tableView)}
    </div>
    ${examples.map(
      ({ title: of, examples: own }) =>
        html`<details>
          <summary>${of}: ${String(own.length)} examples</summary>
          <ol class="examples">
            ${own.map(
              (example) =>
                html`<li>
                  <dl>
                    ${Object.entries(example).map(
                      ([label, text]) =>
                        html`<div>
                          <dt>${label}</dt>
                          <dd dir="auto">${visible(text)}</dd>
                        </div>`,
                    )}
                  </dl>
                </li>`,
            )}
          </ol>
        </details>`,
    )}
    ${notKnown.map((sentence) => html`<p class="unknown">Not known. ${withCode(sentence)}</p>`)}
  </section>`
}

/** A sentence of ours; what stands between backquotes is code. */
function withCode(sentence: string): Html {
  const parts = visible(sentence).split('`')
  return html`${parts.map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part))}`
}

async function chartView(chart: Chart, tables: readonly Table[]): Promise<Html> {
  const data = tables.filter(({ ofChart, rows }) => ofChart === chart.name && rows.length > 0)
  return html`<figure tabindex="0" aria-label="${visible(chart.title)}">
      ${raw(await inlinePlot(chart))}
    </figure>
    ${data.map(
      (table) =>
        html`<details>
          <summary>The numbers of this plot</summary>
          ${tableView(table)}
        </details>`,
    )}`
}
