import { namesAnswer } from './mark-names.ts'
import { closingOf, isProsaic, type Mark, markAtStart, marksOf } from './marks.ts'
import { isQuoted } from './quoting.ts'
import { trimText } from './trim-text.ts'

/** An answer without what was put around it. */
export type Unwrapped = {
  answer: string
  /** The marks that were taken off, as they came. */
  removed: string[]
}

/** Marks that are taken off from either end: a model that loops writes them without end, and that is no answer. */
const mostMarks = 8

/** Tokens that mark the boxed result of GLM, wherever in the answer it is. */
const boxTokens = /<[|｜](?:begin|end)_of_box[|｜]>/gu

/** What chat templates write in front of an answer. */
const turnHead =
  /^\s*(?:<[|｜]im_start[|｜]>|<[|｜]start_header_id[|｜]>|<start_of_turn>|<[|｜]start[|｜]>)(?:assistant|model)(?:<[|｜](?:end_header_id|message)[|｜]>)?\s*/u
const startTokens =
  /^\s*(?:(?:assistant|model)[ \t]*\r?\n\s*|[Aa]ssistant:\s(?![\s\S]*\n\s*(?:[Uu]ser|[Hh]uman|[Aa]ssistant):)|<[|｜](?:begin_of_text|startoftext|begin▁of▁sentence|Assistant)[|｜]>|<bos>|<s>(?![\s\S]*<s>)(?=[\s\S]*<\/s>\s*$|(?![\s\S]*<\/s>)))/u

/** What ends a turn, which a server hands on when it keeps special tokens. */
const turnEnd =
  /(?:<[|｜](?:im_end|endoftext|eot_id|eom_id|end_of_text|end_of_turn|end|return|call|eos|END_OF_TURN_TOKEN|end▁of▁sentence|endofassistant|end_of_role|user|observation|EOT)[|｜]>|<end_of_turn>|<end_of_text>|<eos>|<pad>|<\/s>|\[EOS\]|(?<![\p{L}\p{N}:,] )\[DONE\])\s*$/u

/**
 * Takes marks off that models put around their answer and that are no part of it: `<answer>`, `<response>`, box tokens,
 * the ends of turns. A mark that opens an answer counts at the head, one that closes it at the end; a closed block
 * inside the answer stays, because it is what a prompt may have asked for.
 */
export function unwrapAnswer(text: string): Unwrapped {
  const removed: string[] = []
  let answer = text
  for (let round = 0; round < mostMarks; round += 1) {
    const before = answer
    answer = withoutHead(withoutEnd(answer, removed), removed)
    if (answer === before) break
  }
  answer = answer.replaceAll(boxTokens, (mark) => {
    removed.push(mark)
    return ''
  })
  return { answer: removed.length === 0 ? text : trimText(answer), removed }
}

function withoutHead(text: string, removed: string[]): string {
  const turn = (turnHead.exec(text) ?? startTokens.exec(text))?.[0]
  if (turn !== undefined && turn !== '') {
    removed.push(turn.trim())
    return text.slice(turn.length)
  }
  const head = markAtStart(text)
  if (head === undefined || !namesAnswer(head.name)) return text
  // A heading in the brackets of prose is one of the answer's own, unless something closes it.
  if (isProsaic(head) && !head.closes && !text.includes(closingOf(head))) return text
  // A closed block at the head of a longer answer is a part of it.
  const close = head.closes ? undefined : closeOf(head, text)
  if (close !== undefined && text.slice(close.index + close.text.length).trim() !== '') return text
  removed.push(head.text)
  return text.slice(head.index + head.text.length)
}

function withoutEnd(text: string, removed: string[]): string {
  const turn = turnEnd.exec(text.slice(-80))
  if (turn !== null) {
    const mark = turn[0]
    if (mark.trim() === '</s>' && text.includes('<s>')) return text
    removed.push(mark.trim())
    return text.slice(0, text.length - mark.length)
  }
  const last = lastMark(text)
  if (last === undefined || !last.closes || !namesAnswer(last.name)) return text
  const opened = marksOf(text).find((mark) => !mark.closes && isPair(mark, last))
  const start = text.search(/\S/u)
  if (opened !== undefined && opened.index > start) return text
  removed.push(last.text)
  return text.slice(0, last.index)
}

function closeOf(head: Mark, text: string): Mark | undefined {
  return marksOf(text).find(
    (mark) => mark.closes && isPair(head, mark) && !isQuoted(text, mark.index, mark.index + mark.text.length),
  )
}

/** Tokens have names such as `START_RESPONSE` and `END_RESPONSE`. */
function isPair(open: Mark, close: Mark): boolean {
  return (
    open.form === close.form &&
    (open.form === 'token' || open.name.toLowerCase() === close.name.toLowerCase())
  )
}

function lastMark(text: string): Mark | undefined {
  const end = text.trimEnd()
  const from = Math.max(0, end.length - 80)
  const last = marksOf(end.slice(from)).at(-1)
  if (last === undefined) return undefined
  const mark = { ...last, index: from + last.index }
  return mark.index + mark.text.length === end.length ? mark : undefined
}
