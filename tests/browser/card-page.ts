import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Marked } from 'marked'
import { parse, stringify } from 'yaml'

/* A dataset card as a page, as far as it matters here the way in which the Hub shows one: the YAML block as a table above
 * the Markdown, tables as GitHub has them, raw HTML as text. */

/** What a page of the Hub looks like, in a few rules. */
const style = `
  body { font: 16px/1.6 'DejaVu Sans', sans-serif; color: #1f2328; max-width: 880px; margin: 2em auto; padding: 0 1em }
  table { margin: 1em 0; border-collapse: collapse; display: block; overflow-x: auto; font-size: 14px; width: max-content; max-width: 100% }
  th, td { border: 1px solid #d0d7de; padding: 4px 10px; text-align: left; vertical-align: top }
  code { background: #f0f1f3; border-radius: 4px; padding: 1px 4px; font-size: 85% }
  pre { background: #f6f8fa; padding: 12px; overflow-x: auto }
  pre code { background: none; padding: 0 }
  img { max-width: 100% }
  .front { color: #57606a; font-size: 12px; max-height: 16em; overflow-y: auto }
  @media (prefers-color-scheme: dark) {
    body { background: #0d1117; color: #e6edf3 }
    th, td { border-color: #3d444d }
    code, pre { background: #1b212a }
    .front { color: #9ba6b2 }
    a { color: #7ab7ff }
  }`

/** The only HTML that the card has of its own. */
const folded = /^\s*(?:<details><summary>[\w ,.-]+<\/summary>|<\/details>)\s*$/u

/** The page of the card in a dataset folder; its plots are found in the folder. */
export async function cardPage(folder: string): Promise<string> {
  const text = await readFile(join(folder, 'README.md'), 'utf8')
  const [, block = '', body = ''] = /^---\n([^]*?)\n---\n([^]*)$/u.exec(text) ?? []
  const renderer = { html: ({ text: raw }: { text: string }) => (folded.test(raw) ? raw : escaped(raw)) }
  const html = await new Marked({ gfm: true, renderer }).parse(body)
  const front = stringify(parse(block))
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>card</title><base href="${pathToFileURL(folder).href}/"><meta name="viewport" content="width=device-width"><style>${style}</style><pre class="front">${escaped(front)}</pre>${html}</html>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
