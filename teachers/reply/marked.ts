import type { ContentSplit } from './content-split.ts'
import { namesAnswer } from './mark-names.ts'
import {
  closesReasoning,
  closesToken,
  closingOf,
  isBracketed,
  type Mark,
  markAtStart,
  marksOf,
  openingOfReasoning,
} from './marks.ts'
import { isQuoted, standsAlone, unquoted, withoutCode } from './quoting.ts'
import { trimText } from './trim-text.ts'

/** Tags as escaping, translation or a tokenizer leave them. */
const brokenOpen = /^\s*(?:&lt;|[<＜‹])[ \t]?think(?:ing)?[ \t]?(?:&gt;|[>＞›])/iu
const brokenClose = /(?:&lt;|[<＜‹])[ \t]?[/\\／][ \t]?think(?:ing)?[ \t]?(?:&gt;|[>＞›])/giu

/**
 * Takes the reasoning off a text in which marks enclose it: tags or tokens of any model whose name says that they hold
 * reasoning. An opening mark counts only at the head, where the chat template may have put it into the prompt instead,
 * and the first closing mark ends the reasoning. A mark in quotes or in inline code is talk about marks. Blocks that
 * follow each other directly are one reasoning; any such mark after that makes the text damaged.
 */
export function splitMarked(text: string): ContentSplit | undefined {
  const head = markAtStart(text)
  const opening = head && openingOfReasoning(head, text)
  if (head !== undefined && opening !== undefined) {
    const split = splitOpened(text, head, opening)
    return split.closed || head.form === 'token' ? split : (splitAtBrokenTag(text, head.text) ?? split)
  }
  return splitAtClosing(text) ?? splitAtBrokenTag(text, undefined)
}

function splitOpened(text: string, head: Mark, opening: string): ContentSplit {
  const source = head.form === 'tag' ? 'think_tags' : 'thought_markers'
  const blocks: string[] = []
  let rest = afterRepeated(text, opening)
  for (;;) {
    const close = closeBehind(rest, head)
    if (close === undefined) {
      blocks.push(rest)
      return { reasoning: joinBlocks(blocks), answer: '', source, closed: false, damaged: false }
    }
    blocks.push(rest.slice(0, close.index))
    rest = afterRepeated(rest.slice(close.index), close.text)
    if (!startsWith(rest, opening)) break
    rest = afterRepeated(rest, opening)
  }
  const stray =
    unquoted(rest, head.text) !== -1 || (head.form === 'tag' && unquoted(rest, closingOf(head)) !== -1)
  return { reasoning: joinBlocks(blocks), answer: trimText(rest), source, closed: true, damaged: stray }
}

/**
 * The mark that closes what `head` opened: its own, else another that closes reasoning, else one that opens the answer; of
 * what a token opened also the end of the turn.
 */
function closeBehind(text: string, head: Mark): Pick<Mark, 'text' | 'index'> | undefined {
  if (head.form === 'tag') {
    const close = closingOf(head)
    const index = unquoted(text, close)
    if (index !== -1) return { text: close, index }
    return (
      firstUnquoted(text, (mark) => mark.text.toLowerCase() === close.toLowerCase()) ??
      firstUnquoted(text, closesReasoning) ??
      (isBracketed(head)
        ? firstUnquoted(text, (mark) => isBracketed(mark) && namesAnswer(mark.name))
        : undefined)
    )
  }
  return (
    firstUnquoted(text, (mark) => closesToken(mark, head)) ??
    firstUnquoted(text, closesReasoning) ??
    firstUnquoted(text, (mark) => mark.form === 'token' && (mark.closes || namesAnswer(mark.name)))
  )
}

/** What is left of the mark that opens Gemma's channel where a server drops the token before it. */
const channelWord = /^\s*(?:thought|thinking)[ \t]*\r?\n/u

/** A closing mark alone: the chat template wrote the opening one. */
function splitAtClosing(text: string): ContentSplit | undefined {
  const word = channelWord.exec(text)?.[0] ?? ''
  const close = firstUnquoted(
    text,
    (mark) =>
      (closesReasoning(mark) && isOurs(mark)) ||
      (word !== '' && /^<(?:channel[|｜]|(?:unused|ctrl)\d+)>$/u.test(mark.text)),
  )
  if (close === undefined) return undefined
  const reasoning = trimText(text.slice(close.form === 'token' ? word.length : 0, close.index))
  const rest = afterRepeated(text.slice(close.index), close.text)
  const answer = trimText(rest)
  if (close.form === 'token')
    return { reasoning, answer, source: 'thought_markers', closed: true, damaged: false }
  const open: Mark = { ...close, text: close.text.replace('/', ''), closes: false }
  const strayBefore = unquoted(reasoning, open.text) !== -1
  // The template wrote the opening tag of the first block only.
  if (startsWith(rest, open.text)) {
    const next = splitOpened(rest, open, open.text)
    return {
      ...next,
      reasoning: joinBlocks([reasoning, next.reasoning]),
      source: 'closing_tag',
      damaged: next.damaged || strayBefore,
    }
  }
  const strayBehind = unquoted(rest, open.text) !== -1 || unquoted(rest, close.text) !== -1
  return { reasoning, answer, source: 'closing_tag', closed: true, damaged: strayBefore || strayBehind }

  /** A block whose opening is in the text is closing-only for nobody, but a think tag there is damage. */
  function isOurs(mark: Mark): boolean {
    if (mark.form === 'token' || /think/iu.test(mark.name)) return true
    const opened = new RegExp(`[<[◁]${mark.name}[\\s>\\]▷]`, 'iu').test(text.slice(0, mark.index))
    return !opened && withoutCode(text).startsWith(mark.text, mark.index)
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

function firstUnquoted(text: string, is: (mark: Mark) => boolean): Mark | undefined {
  return marksOf(text).find((mark) => is(mark) && !isQuoted(text, mark.index, mark.index + mark.text.length))
}

function joinBlocks(blocks: readonly string[]): string {
  return blocks.map(trimText).filter(Boolean).join('\n\n')
}

function startsWith(text: string, mark: string): boolean {
  return text.startsWith(mark, Math.max(0, text.search(/\S/u)))
}

/** What is behind a mark at the head, which some servers and models write twice. */
function afterRepeated(text: string, mark: string): string {
  let rest = text
  while (startsWith(rest, mark)) rest = rest.slice(rest.indexOf(mark) + mark.length)
  return rest
}
