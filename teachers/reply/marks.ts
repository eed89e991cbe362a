import { namesReasoning } from './mark-names.ts'

/** A mark in a text: an XML-like tag, a word in square brackets, or a token of a chat template in any of its forms. */
export type Mark = {
  /** As it is in the text. */
  text: string
  index: number
  /** The word inside, without a slash: `think`, `START_THINKING`, `channel`. */
  name: string
  /** Whether its form or its name says that it closes something. */
  closes: boolean
  /** `tag`: `<name>`, `[NAME]`, `◁name▷`; `token`: `<|name|>`, `<｜name｜>`, `<|name>`, `<name|>`, `<unused7>`. */
  form: 'tag' | 'token'
}

const name = String.raw`[A-Za-z][\w:.\-▁]{1,39}`
const token = String.raw`<[|｜](?<token>\/?${name})[|｜]?>|<(?<backToken>${name})[|｜]>`
const reserved = String.raw`<(?<reserved>unused\d{1,4}|(?:start|end)_of_turn|bos|eos|pad)>|(?<instruction>\[\/?INST\]|<<\/?SYS>>)`
const tag = String.raw`<(?<xmlClose>\/)?(?<xml>[A-Za-z][\w:.\-]{0,39})(?:\s[^<>\n]{0,120})?\s?>`
const square = String.raw`\[(?<squareClose>\/)?(?<square>[A-Z][A-Z_]{2,30})\]`
const triangle = String.raw`◁(?<triangleClose>\/)?(?<triangle>\w{1,30})▷`
const anyMark = [reserved, token, tag, square, triangle].join('|')
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
  if (mark.closes) return undefined
  const behind = text.slice(mark.index + mark.text.length, mark.index + mark.text.length + 200)
  if (mark.form === 'token' && isChannel(mark)) {
    const word = /^[ \t]?(?<word>[A-Za-z_]{3,20})[ \t]*(?:\r?\n|$|(?=<))/u.exec(behind)
    return word !== null && namesReasoning(word.groups!['word']!) ? mark.text + word[0] : undefined
  }
  if (mark.name.toLowerCase() === 'details') {
    const summary = /^\s*<summary>(?<title>[^<]{0,100})<\/summary>/iu.exec(behind)
    const title = `${mark.text} ${summary?.groups?.['title'] ?? ''}`
    return /reason|think|thought/iu.test(title) ? mark.text + (summary?.[0] ?? '') : undefined
  }
  return namesReasoning(mark.name) ? mark.text : undefined
}

/** The text that closes a tag: the slash belongs in front of its name, and attributes to the opening one only. */
export function closingOf({ text }: Pick<Mark, 'text'>): string {
  return text.replace(
    /^(?<bracket>[<[◁])(?<name>[\w:.-]+)[\s\S]*?(?<end>[>\]▷])$/u,
    '$<bracket>/$<name>$<end>',
  )
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

function isChannel({ name: word }: Mark): boolean {
  return /^(?:channel|unused\d+)$/u.test(word)
}

function toMark(found: RegExpExecArray | RegExpMatchArray): Mark {
  const { groups = {} } = found
  const text = found[0].trimStart()
  const index = found.index ?? 0
  const word = groups['xml'] ?? groups['square'] ?? groups['triangle']
  if (word !== undefined) {
    const closes = (groups['xmlClose'] ?? groups['squareClose'] ?? groups['triangleClose']) !== undefined
    return { text, index, name: word, closes, form: 'tag' }
  }
  const named = groups['token'] ?? groups['backToken'] ?? groups['reserved'] ?? groups['instruction'] ?? text
  const closes = groups['backToken'] !== undefined || /^\/|end|stop|close|suffix/iu.test(named)
  return { text, index, name: named.replace(/^\//u, ''), closes, form: 'token' }
}
