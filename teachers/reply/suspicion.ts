import { namesAnswer, namesMarkup, namesReasoning } from './mark-names.ts'
import { closingOf, isBracketed, isProsaic, type Mark, markAtStart, marksOf } from './marks.ts'
import { withoutCode } from './quoting.ts'

/** Why an answer is taken for something else than an answer, with what was seen of it. */
export type Suspicion = { reason: 'unknown_marks' | 'thought_in_answer'; seen: string }

/**
 * Looks at an answer from which everything known was taken off for what nobody knows: a block in unknown marks at its
 * head, tokens of a chat template anywhere, closing marks without an opening one, and, where no reasoning came, an
 * opening in the manner of a thought. Marks in code and in quotes are a part of the answer.
 */
export function suspectAnswer(answer: string, { reasoned }: { reasoned: boolean }): Suspicion | null {
  const marks = strangeMarks(answer)
  if (marks.length > 0) return { reason: 'unknown_marks', seen: marks.slice(0, 3).join(' ') }
  const thought = reasoned ? undefined : mannerOfThought(answer)
  return thought === undefined ? null : { reason: 'thought_in_answer', seen: thought }
}

function strangeMarks(answer: string): string[] {
  const word = /^\s*(?<word>thought|think|thinking|reasoning|analysis|commentary)[ \t]*\r?\n/u.exec(answer)
  const glued = /^\s*assistant(?:final|analysis|commentary)\b/u.exec(answer)
  const plain = withoutQuotes(withoutCode(answer))
  const marks = marksOf(plain)
  const head = markAtStart(plain)
  const openedAt = new Map<string, number>()
  for (const mark of marks) if (!mark.closes && !openedAt.has(mark.name)) openedAt.set(mark.name, mark.index)
  const isOpened = (mark: Mark): boolean => (openedAt.get(mark.name) ?? Infinity) < mark.index
  const strange = marks.filter(
    (mark) => isStrange(mark, isOpened) || (mark.index === head?.index && isStrangeHead(mark, plain)),
  )
  return [
    ...(word === null ? [] : [word.groups!['word']!]),
    ...blockOfThought(answer),
    ...(glued === null ? [] : [glued[0].trim()]),
    ...new Set(strange.map(({ text }) => text)),
  ]
}

/** The opening of a fence or a comment at the head that says that it holds reasoning. */
function blockOfThought(answer: string): string[] {
  const block =
    /^\s*(?:`{3,}|~{3,}|<!--)[ \t]*(?:think(?:ing)?|thoughts?|reasoning|scratchpad|思考)(?=\s)/iu.exec(answer)
  return block === null ? [] : [block[0].trim()]
}

/** A token of a chat template, a mark of reasoning, or a closing tag that nothing opened. */
function isStrange(mark: Mark, isOpened: (mark: Mark) => boolean): boolean {
  if (mark.form === 'token') return mark.text !== '</s>'
  if (isProsaic(mark)) return mark.closes && (namesReasoning(mark.name) || namesAnswer(mark.name))
  if (mark.text.startsWith('[')) return namesReasoning(mark.name) || mark.name === 'INST'
  if (namesMarkup(mark.name)) return false
  if (/think|thought/iu.test(mark.name)) return true
  return mark.closes && !isOpened(mark)
}

/** A block at the head in a mark of unknown name. Brackets of prose must be closed, because answers begin with some. */
function isStrangeHead(mark: Mark, answer: string): boolean {
  if (namesMarkup(mark.name) || namesAnswer(mark.name)) return false
  return !isBracketed(mark) || answer.includes(closingOf(mark))
}

/** Quoted words of a line, blanked out. */
function withoutQuotes(text: string): string {
  return text.replaceAll(/"[^"\n]{0,200}"|“[^”\n]{0,200}”|'<[^'\n]{1,60}>'|‘[^’\n]{0,60}’/gu, (quoted) =>
    ' '.repeat(quoted.length),
  )
}

const openings =
  /^\s*(?:(?:okay|ok|alright|all right|hmm+|so|well|wait)[,. …]+(?:so[, ]+|now[, ]+)?(?:i (?:have|need) to|i['’]m (?:asked|trying)|let me|let['’]s (?:see|think)|the (?:user|question|problem)|we (?:have|need) to|we['’]re (?:asked|given)|this (?:is|looks)|first)|(?:okay|ok|alright|hmm+),? so\b|the user (?:is |has |wants|asks|asked|needs|gave|provided)|we (?:need|have) to (?:answer|find|compute|solve|figure|respond|produce|determine)|i (?:need|have) to (?:find|figure|solve|answer|work|compute|determine|respond)|let me (?:think|see|work|figure|analy[sz]e|understand)|hmm+[,. …]|(?:here['’]s (?:a|my)|my) (?:thinking|thought) process|(?:thinking|thought) process:|嗯[，,。]|好的?[，,](?:我|用户|让我|首先)|首先[，,]?我(?:需要|得|要)|用户(?:问|让|要|想|希望|给)|我们?需要(?:先|找|求|计算))/iu

/** How some answers open as well: they wander twice before they are taken for a thought. */
const chattyOpenings = /^\s*(?:okay|ok|alright|all right|hmm+|so|well|wait)[,. …]/iu

const wanderings =
  /\bwait\b[,.!—–-]|\bhmm+\b|\bhold on\b|\blet me (?:double.?check|check|verify|re.?check|re.?read|re.?think|recount|recalculate|think|try|see|go back)|\b(?:double.?check(?:ing)?|actually, (?:no|wait|let)|no, that['’]s|maybe i|perhaps i|am i (?:missing|sure)|is that right\?|that seems right|i think (?:that['’]s|the answer)|the user)\b|等等|不对|再检查|让我(?:再|检查|想)|验算一下/giu

/** What a quotation, a heading or emphasis puts before a text. */
const decoration = /^[\s>#*_]+/u

/**
 * A heading over a thought. Answers have some of them too, and words with a colon in them, so that the text behind has to
 * say more for those.
 */
const labels =
  /^[\s>#*_([]*(?:(?<sure>think(?:ing)?(?: process)?|(?:my )?(?:thought process|chain of thought|(?:internal|inner) monologue|scratchpad)|思考(?:过程)?)|thoughts?|(?:my )?reasoning(?: process)?|analysis|rationale|推理(?:过程)?)[ \t]*(?:[:：*_)\]]+|\.{3}|…|(?=\r?\n))[\s*_]*/iu

/**
 * What gives an unmarked thought away: it opens by talking to itself, and it does so again. Either alone is how answers
 * read too.
 */
function mannerOfThought(text: string): string | undefined {
  const label = labels.exec(text)
  if (label?.groups?.['sure'] !== undefined && label[0].includes('\n')) return label[0].trim()
  const answer = text.slice((label ?? decoration.exec(text))?.[0].length ?? 0)
  const head = answer.slice(0, 400)
  const [opening, least] = openings.test(head) ? [openings, 1] : [chattyOpenings, 2]
  const begun = opening.exec(head)?.[0]
  if (begun === undefined) return undefined
  const further = answer.slice(begun.length).match(wanderings) ?? []
  return further.length < least ? undefined : `${begun.trim()} … ${further[0]}`
}
