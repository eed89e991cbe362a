import { namesAnswer, namesReasoning } from './mark-names.ts'

/** A mark in a text: an XML-like tag, a word in square brackets, or a token of a chat template in any of its forms. */
export type Mark = {
  /** As it is in the text. */
  text: string
  index: number
  /** The word inside, without a slash: `think`, `START_THINKING`, `channel`. */
  name: string
  /** Whether its form or its name says that it closes something. */
  closes: boolean
  /**
   * `tag`: `<name>`, `[NAME]`, `◁name▷`, `<<name>>`, `{{name}}`, `«name»`, `【name】`; `token`: `<|name|>`, `<｜name｜>`,
   * `<|name>`, `<name|>`, `<unused7>`, `<end_of_text>`.
   */
  form: 'tag' | 'token'
}

const word = String.raw`[\p{L}_][\p{L}\p{N}_:.\-▁]{0,39}`
/** Of two letters at the least: `a<|b|>c` is one of mathematics. */
const tokenWord = String.raw`[\p{L}_][\p{L}\p{N}_:.\-▁]{1,39}`
const token = String.raw`<[|｜](?<token>\/?${tokenWord})[|｜]?>|<(?<backToken>${tokenWord})[|｜]>`
const reserved = String.raw`<(?<reserved>(?:unused|ctrl)\d{1,4}|(?:start|begin|end)_of_\w{1,30}|bos|eos|pad)>|(?<instruction>\[\/?INST\]|<<\/?SYS>>)`
/** An element without an end of its own opens nothing. */
const xml = String.raw`<(?<slash>\/)?(?<tag>${word})(?:\s[^<>\n]{0,120})?\s?(?<!\s\/)>`
const square = String.raw`\[(?<slash>\/)?(?<tag>[A-Z][A-Z_]{2,30}|think(?:ing)?|thought|reasoning|answer|response)\](?!\()`
/** Brackets that people put around words too: a mark in them means something only where its name or a closing one says so. */
const brackets: readonly [string, string][] = [
  ['<<', '>>'],
  ['{{', '}}'],
  ['◁', '▷'],
  ['«', '»'],
  ['【', '】'],
]
const bracketed = brackets.map(([open, close]) =>
  [RegExp.escape(open), String.raw`(?<slash>\/)?`, `(?<tag>${word})`, RegExp.escape(close)].join(''),
)
const anyMark = [reserved, token, ...bracketed, xml, square].join('|')
const everyMark = new RegExp(anyMark, 'gu')
const markAtHead = new RegExp(String.raw`^\s*(?:${anyMark})`, 'u')

/** Every mark of a text, in its order. A word in square brackets counts in capitals only, because prose has brackets. */
export function marksOf(text: string): Mark[] {
  return [...text.matchAll(everyMark)].map(toMark)
}

/** The mark that a text begins with, if any. */
export function markAtStart(text: string): Mark | undefined {
  const start = Math.max(0, text.search(/\S/u))
  const found = markAtHead.exec(text.slice(start, start + 256))
  return found === null ? undefined : { ...toMark(found), index: start }
}

/**
 * What opens a reasoning at this mark, with the word or the line behind the mark where that is a part of it; `undefined`
 * when the mark opens none.
 */
export function openingOfReasoning(mark: Mark, text: string): string | undefined {
  if (mark.closes || (isProsaic(mark) && !marksOf(text).some(closesProsaic))) return undefined
  const behind = text.slice(mark.index + mark.text.length, mark.index + mark.text.length + 200)
  if (mark.form === 'token' && isChannel(mark)) {
    const kind = /^[ \t]?(?<kind>[A-Za-z_]{3,20})[ \t]*(?:\r?\n|$|(?=<))/u.exec(behind)
    return kind !== null && namesReasoning(kind.groups!['kind']!) ? mark.text + kind[0] : undefined
  }
  if (mark.name.toLowerCase() === 'details') {
    const summary = /^\s*<summary>(?<title>[^<]{0,100})<\/summary>/iu.exec(behind)
    const title = `${mark.text} ${summary?.groups?.['title'] ?? ''}`
    return /reason|think|thought/iu.test(title) ? mark.text + (summary?.[0] ?? '') : undefined
  }
  return namesReasoning(mark.name) ? mark.text : undefined
}

/** The text that closes a tag: the slash belongs in front of its name, and attributes to the opening one only. */
export function closingOf({ text, name }: Pick<Mark, 'text' | 'name'>): string {
  const [open, close] = [...brackets, ['<', '>'], ['[', ']']].find(([each]) => text.startsWith(each!))!
  return `${open}/${name}${close}`
}

/** Whether a mark is one of those that people write too: in any brackets but angle ones and those of tokens. */
export function isBracketed({ text, form }: Pick<Mark, 'text' | 'form'>): boolean {
  return form === 'tag' && (text.startsWith('[') || brackets.some(([open]) => text.startsWith(open)))
}

/** Whether a mark is one that people write too, and not in the capitals of templates: it needs another that closes it. */
export function isProsaic(mark: Pick<Mark, 'text' | 'form'>): boolean {
  return isBracketed(mark) && !/^\[\/?[A-Z]/u.test(mark.text)
}

function closesProsaic(mark: Mark): boolean {
  return closesReasoning(mark) || (isBracketed(mark) && namesAnswer(mark.name))
}

/** Whether a token closes the reasoning that another token opened. */
export function closesToken(mark: Mark, open: Mark): boolean {
  if (mark.form !== 'token' || mark.text === open.text) return false
  // Gemma writes `<channel|>` behind what `<|channel>` opened, MedGemma another one of the unused tokens.
  if (isChannel(open)) return mark.name.replace(/\d+$/u, '') === open.name.replace(/\d+$/u, '')
  return mark.closes && namesReasoning(mark.name)
}

/** Whether a mark closes a reasoning whatever opened it, as where the chat template did. */
export function closesReasoning(mark: Mark): boolean {
  return mark.closes && (namesReasoning(mark.name) || /^<channel[|｜]>$/u.test(mark.text))
}

function isChannel({ name }: Mark): boolean {
  return /^(?:channel|(?:unused|ctrl)\d+)$/u.test(name)
}

function toMark(found: RegExpExecArray | RegExpMatchArray): Mark {
  const { groups = {} } = found
  const text = found[0].trimStart()
  const index = found.index ?? 0
  const { tag } = groups
  if (tag !== undefined) {
    const closes = groups['slash'] !== undefined || (endOf.test(tag) && namesPart(tag))
    return { text, index, name: tag, closes, form: 'tag' }
  }
  const named = groups['token'] ?? groups['backToken'] ?? groups['reserved'] ?? groups['instruction'] ?? text
  const closes = groups['backToken'] !== undefined || /^\/|end|stop|close|suffix/iu.test(named)
  return { text, index, name: named.replace(/^\//u, ''), closes, form: 'token' }
}

/** Names such as `end_thinking`, which need no slash. */
const endOf = /^(?:end|stop|close)[_\-▁]|[_\-▁](?:end|stop|close)$/iu

function namesPart(name: string): boolean {
  return namesReasoning(name) || namesAnswer(name)
}
