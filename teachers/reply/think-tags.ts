import type { ContentSplit } from './content-split.ts'
import { trimText } from './trim-text.ts'

type Tags = { open: string; close: string }

/** The tags of the model families that write their reasoning into the content. */
const thinkTags: readonly Tags[] = [
  { open: '<think>', close: '</think>' },
  { open: '<thinking>', close: '</thinking>' },
  { open: '[THINK]', close: '[/THINK]' },
  { open: '◁think▷', close: '◁/think▷' },
  { open: '<seed:think>', close: '</seed:think>' },
]

/** Tags as escaping, translation or a tokenizer leave them. */
const brokenOpen = /^\s*(?:&lt;|[<＜‹])[ \t]?think(?:ing)?[ \t]?(?:&gt;|[>＞›])/iu
const brokenClose = /(?:&lt;|[<＜‹])[ \t]?[/\\／][ \t]?think(?:ing)?[ \t]?(?:&gt;|[>＞›])/giu

/** Characters of a line that are looked at on either side of a tag to tell whether it stands in quotes. */
const quoteWindow = 200

/**
 * Takes the reasoning off a text with think tags: an open tag counts only at the head, where the chat template may have
 * put it into the prompt instead, and the first closing tag ends the reasoning. A tag in quotes or in inline code is
 * talk about tags. Blocks that follow each other directly are one reasoning; any tag after that makes the text damaged.
 */
export function splitThinkTags(text: string): ContentSplit | undefined {
  for (const tags of thinkTags) {
    const split = splitAtTags(text, tags)
    if (split === undefined) continue
    return split.closed ? split : (splitAtBrokenTag(text, tags.open) ?? split)
  }
  return splitAtBrokenTag(text, undefined)
}

/** As think tags, with the marks of OpenThoughts and Sky-T1, which enclose the answer too. */
export function splitThoughtMarkers(text: string): ContentSplit | undefined {
  const split = splitAtTags(text, { open: '<|begin_of_thought|>', close: '<|end_of_thought|>' })
  if (split === undefined) return undefined
  const answer = split.answer
    .replace(/^\s*<\|begin_of_solution\|>/u, '')
    .replace(/<\|end_of_solution\|>\s*$/u, '')
  return { ...split, answer: trimText(answer), source: 'thought_markers' }
}

function splitAtTags(text: string, tags: Tags): ContentSplit | undefined {
  const leads = startsWith(text, tags.open)
  const firstClose = unquoted(text, tags.close, 0)
  if (!leads && firstClose === -1) return undefined
  const source = leads ? 'think_tags' : 'closing_tag'
  const blocks: string[] = []
  let rest = leads ? afterOpen(text, tags.open) : text
  for (;;) {
    const close = unquoted(rest, tags.close, 0)
    if (close === -1) {
      blocks.push(rest)
      return { reasoning: joinBlocks(blocks), answer: '', source, closed: false, damaged: false }
    }
    blocks.push(rest.slice(0, close))
    rest = rest.slice(close + tags.close.length)
    if (!startsWith(rest, tags.open)) break
    rest = afterOpen(rest, tags.open)
  }
  const strayInAnswer = unquoted(rest, tags.open, 0) !== -1 || unquoted(rest, tags.close, 0) !== -1
  const strayInReasoning = !leads && unquoted(blocks[0]!, tags.open, 0) !== -1
  return {
    reasoning: joinBlocks(blocks),
    answer: trimText(rest),
    source,
    closed: true,
    damaged: strayInAnswer || strayInReasoning,
  }
}

/** Looks for a damaged tag where no whole one ends the reasoning; a damaged closing tag counts on a line of its own. */
function splitAtBrokenTag(text: string, open: string | undefined): ContentSplit | undefined {
  const opening =
    open === undefined ? brokenOpen.exec(text)?.[0] : text.slice(0, text.indexOf(open) + open.length)
  const start = opening?.length ?? 0
  for (const match of text.matchAll(brokenClose)) {
    const end = match.index + match[0].length
    if (match.index < start || !standsAlone(text, match.index, end)) continue
    const reasoning = trimText(text.slice(start, match.index))
    const source = opening === undefined ? 'closing_tag' : 'think_tags'
    return { reasoning, answer: trimText(text.slice(end)), source, closed: true, damaged: true }
  }
  if (open !== undefined || opening === undefined) return undefined
  return {
    reasoning: trimText(text.slice(start)),
    answer: '',
    source: 'think_tags',
    closed: true,
    damaged: true,
  }
}

function joinBlocks(blocks: readonly string[]): string {
  return blocks.map(trimText).filter(Boolean).join('\n\n')
}

function startsWith(text: string, tag: string): boolean {
  return text.startsWith(tag, Math.max(0, text.search(/\S/u)))
}

function afterOpen(text: string, tag: string): string {
  return text.slice(text.indexOf(tag) + tag.length)
}

/** Where the tag first stands outside of quotes and inline code, -1 when nowhere. */
function unquoted(text: string, tag: string, from: number): number {
  for (let at = text.indexOf(tag, from); at !== -1; at = text.indexOf(tag, at + tag.length)) {
    if (!isQuoted(text, at, at + tag.length)) return at
  }
  return -1
}

function isQuoted(text: string, start: number, end: number): boolean {
  const before = lineEnd(text.slice(Math.max(0, start - quoteWindow), start))
  const after = text.slice(end, end + quoteWindow).split('\n', 1)[0]!
  if (/['‘「«]$/u.test(before) && /^['’」»]/u.test(after)) return true
  if (before.lastIndexOf('“') > before.lastIndexOf('”') && after.includes('”')) return true
  if (before.split('"').length % 2 === 0 && after.includes('"')) return true
  const ticks = openTicks(before)
  return ticks !== '' && [...after.matchAll(/`+/gu)].some(([run]) => run === ticks)
}

/** The backticks that open an inline code span in the line and do not close it, empty when none do. */
function openTicks(line: string): string {
  let open = ''
  for (const [run] of line.replace(/^\s*`{3,}/u, '').matchAll(/`+/gu)) {
    if (open === '') open = run
    else if (run === open) open = ''
  }
  return open
}

function lineEnd(text: string): string {
  return text.slice(text.lastIndexOf('\n') + 1)
}

function standsAlone(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - quoteWindow), start)
  return /(?:^|\n)[ \t]*$/u.test(before) && /^[ \t]*(?:\r?\n|$)/u.test(text.slice(end, end + quoteWindow))
}
