import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import katex from 'katex'
import { visible } from './visible.ts'

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>

/** Longer formulas are shown as they are written. */
const longestFormula = 2000

type Piece = { kind: 'text' | 'code' | 'fence' | 'inline' | 'display'; text: string }

/**
 * What stands between marks, tried in this order: fences, display formulas, inline formulas, inline code. A dollar sign
 * before a space, or before and after which there are numbers of money, begins no formula.
 */
const patterns: readonly { kind: Exclude<Piece['kind'], 'text'>; pattern: RegExp }[] = [
  { kind: 'fence', pattern: /(?<=^|\n) {0,3}```[^\n]{0,100}\n([^]*?)(?:\n {0,3}```(?=\n|$)|$)/y },
  { kind: 'display', pattern: /\$\$([^$]{1,2000})\$\$/y },
  { kind: 'display', pattern: /\\\[([^]{1,2000}?)\\\]/y },
  { kind: 'inline', pattern: /\\\(([^]{1,2000}?)\\\)/y },
  { kind: 'inline', pattern: /\$(?! )((?:[^$\n\\]|\\[^\n]){1,400})(?<! )\$(?!\d)/y },
  { kind: 'code', pattern: /`([^`\n]{1,400})`/y },
]

/** The parts of a text that are shown in different ways; together they are the text. */
function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = []
  let plain = ''
  for (let at = 0; at < text.length;) {
    const found = /[`$\\ ]/.test(text[at]!) ? matchAt(text, at) : undefined
    if (!found) {
      plain += text[at++]
      continue
    }
    if (plain !== '') pieces.push({ kind: 'text', text: plain })
    plain = ''
    pieces.push(found.piece)
    at = found.end
  }
  if (plain !== '') pieces.push({ kind: 'text', text: plain })
  return pieces
}

function matchAt(text: string, at: number): { piece: Piece; end: number } | undefined {
  for (const { kind, pattern } of patterns) {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match) return { piece: { kind, text: match[1]! }, end: pattern.lastIndex }
  }
  return undefined
}

/** A text of a model with its formulas and programs drawn. Nothing in it becomes markup of the page. */
export function richText(text: string): Html {
  return html`${piecesOf(visible(text)).map(drawn)}`
}

/** A text of a model as it is stored, with hidden signs named. */
export function rawText(text: string): Html {
  return html`${visible(text)}`
}

function drawn({ kind, text }: Piece): Html | string {
  switch (kind) {
    case 'text':
      return text
    case 'code':
      return html`<code>${text}</code>`
    case 'fence':
      return html`<pre class="code"><code>${text}</code></pre>`
    case 'inline':
    case 'display':
      return formula(text, kind === 'display')
  }
}

/** Colours could hide a part of a formula from a reviewer. */
const colours = / math(?:color|background)="[^"]*"/g

function formula(source: string, displayMode: boolean): Html {
  try {
    if (source.length > longestFormula) throw new RangeError('too long')
    const drawnFormula = katex.renderToString(source, {
      displayMode,
      output: 'mathml',
      throwOnError: true,
      trust: false,
      strict: 'ignore',
      maxSize: 20,
      maxExpand: 200,
    })
    return html`<span class="formula">${raw(drawnFormula.replaceAll(colours, ''))}</span>`
  } catch {
    // Not only a ParseError: deep nesting overflows the stack. The source, escaped, is what there is to see.
    return html`<code class="formula-source">${displayMode ? `$$${source}$$` : `$${source}$`}</code>`
  }
}
