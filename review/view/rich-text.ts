import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import katex from 'katex'
import { blocksOf } from './blocks.ts'
import { colourTime, programView, type ColourTime } from './code.ts'
import { visible } from './visible.ts'

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>

/** Longer formulas are shown as they are written. */
const longestFormula = 2000
/** Characters of a text of which formulas and programs are drawn; what follows is shown as it is written. */
const mostDrawn = 24_000

type Piece = { kind: 'text' | 'code' | 'fence' | 'inline' | 'display'; text: string; language?: string }

/**
 * What stands between marks, tried in this order: fences, display formulas, inline formulas, inline code. A dollar sign
 * before a space, or before and after which there are numbers of money, begins no formula.
 */
const patterns: readonly { kind: Exclude<Piece['kind'], 'text'>; pattern: RegExp }[] = [
  {
    kind: 'fence',
    pattern:
      /(?<=^|\n) {0,3}(?<fence>`{3,9}|~{3,9}) {0,3}(?<language>[\w+#.-]{0,30})[^\n`]{0,100}\n(?:(?<text>[^]*?)\n)?? {0,3}\k<fence>[`~]* *(?=\n|$)/y,
  },
  // One that never ends goes on to the end of the text.
  {
    kind: 'fence',
    pattern:
      /(?<=^|\n) {0,3}(?:`{3,9}|~{3,9}) {0,3}(?<language>[\w+#.-]{0,30})[^\n`]{0,100}\n(?<text>[^]*)$/y,
  },
  { kind: 'display', pattern: /\$\$(?<text>[^$]{1,2000})\$\$/y },
  { kind: 'display', pattern: /\\\[(?<text>[^]{1,2000}?)\\\]/y },
  { kind: 'inline', pattern: /\\\((?<text>[^]{1,2000}?)\\\)/y },
  { kind: 'inline', pattern: /\$(?! )(?<text>(?:[^$\n\\]|\\[^\n]){1,400})(?<! )\$(?!\d)/y },
  { kind: 'code', pattern: /`(?<text>[^`\n]{1,400})`/y },
]

/** The parts of a text that are shown in different ways; together they are the text. */
function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = []
  let plain = ''
  for (let at = 0; at < text.length;) {
    const found = /[`~$\\ ]/.test(text[at]!) ? matchAt(text, at) : undefined
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
    if (!match) continue
    const { text: own = '', language } = match.groups!
    return { piece: { kind, text: own, ...(language && { language }) }, end: pattern.lastIndex }
  }
  return undefined
}

/** A text of a model with its formulas and programs drawn, in a bounded time. Nothing in it becomes markup of the page. */
export function richText(text: string): Html {
  const [begin, rest] = cut(visible(text))
  const time = colourTime()
  return html`${piecesOf(begin).map((piece) => drawn(piece, time))}${rest === '' ? '' : html`<span class="cut">… what follows is shown as it is written …</span>${'\n'}${rest}`}`
}

/** What is drawn of a text, and what is not. */
function cut(text: string): [begin: string, rest: string] {
  if (text.length <= mostDrawn) return [text, '']
  let length = 0
  for (const block of blocksOf(text)) {
    if (length + block.length > mostDrawn) break
    length += block.length
  }
  return [text.slice(0, length), text.slice(length)]
}

/** A text of a model as it is stored, with hidden signs named. */
export function rawText(text: string): Html {
  return html`${visible(text)}`
}

function drawn({ kind, text, language = '' }: Piece, time: ColourTime): Html | string {
  switch (kind) {
    case 'text':
      return paragraphs(text)
    case 'code':
      return html`<code>${text}</code>`
    case 'fence':
      return programView(text, language, time)
    case 'inline':
    case 'display':
      return formula(text, kind === 'display')
  }
}

/** Blank lines are half as high as they would be, so that more of a pair is seen at once; the text stays what it is. */
function paragraphs(text: string): Html | string {
  const parts = text.split(/(\n(?:[ \t]*\n)+)/u)
  if (parts.length === 1) return text
  return html`${parts.map((part, at) => (at % 2 === 1 ? html`<span class="gap">${part}</span>` : part))}`
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
