import { namesAnswer, namesMarkup, namesReasoning } from './mark-names.ts'
import { closingOf, isBracketed, isProsaic, type Mark, markAtStart, marksOf } from './marks.ts'
import { withoutCode } from './quoting.ts'

/** Why an answer is taken for something else than an answer, with what was seen of it. */
export type Suspicion =
  | { reason: 'unknown_marks'; seen: string; marks: string[] }
  | { reason: 'thought_in_answer'; seen: string }

/**
 * Looks at an answer from which everything known was taken off for what nobody knows: a block in unknown marks at its
 * head, tokens of a chat template anywhere, closing marks without an opening one, and, where no reasoning came, an
 * opening in the manner of a thought. Marks in code and in quotes are a part of the answer.
 */
export function suspectAnswer(answer: string, { reasoned }: { reasoned: boolean }): Suspicion | null {
  const marks = strangeMarks(answer)
  if (marks.length > 0) return { reason: 'unknown_marks', seen: marks.slice(0, 3).join(' '), marks }
  const thought = reasoned ? undefined : mannerOfThought(answer)
  return thought === undefined ? null : { reason: 'thought_in_answer', seen: thought }
}

/** Whether a prompt has all the tags that an answer is suspected for: it asked for them. None of them names reasoning. */
export function isAskedFor(suspicion: Suspicion, prompt: string): boolean {
  if (suspicion.reason !== 'unknown_marks') return false
  const named = new Set(marksOf(prompt).flatMap((mark) => (mark.form === 'tag' ? [mark.name] : [])))
  return suspicion.marks.every((text) => {
    const mark = markAtStart(text)
    return mark?.form === 'tag' && !namesReasoning(mark.name) && named.has(mark.name)
  })
}

function strangeMarks(answer: string): string[] {
  const word = /^\s*(?<word>thought|think|thinking|reasoning|analysis|commentary)[ \t]*\r?\n/u.exec(answer)
  const glued = /^\s*assistant(?:final|analysis|commentary)\b/u.exec(answer)
  const plain = withoutQuotes(withoutCode(answer))
  const marks = marksOf(plain)
  const head = markAtStart(answer)
  const openedAt = new Map<string, number>()
  for (const mark of marks) if (!mark.closes && !openedAt.has(mark.name)) openedAt.set(mark.name, mark.index)
  const isOpened = (mark: Mark): boolean => (openedAt.get(mark.name) ?? Infinity) < mark.index
  const strange = marks.filter(
    (mark) => isStrange(mark, isOpened) || (mark.index === head?.index && isStrangeHead(head, answer)),
  )
  return [
    ...(word === null ? [] : [word.groups!['word']!]),
    ...blockOfThought(answer),
    ...(glued === null ? [] : [glued[0].trim()]),
    ...new Set(strange.map(({ text, index }) => answer.slice(index, index + text.length))),
  ]
}

/** The opening of a fence, a comment or a typed part at the head that says that it holds reasoning. */
function blockOfThought(answer: string): string[] {
  const block =
    /^\s*(?:`{3,}|~{3,}|:{3,}|<!--|\/\*+|<(?=\w+\s?\/>)|\[?\s*\{\s*"type"\s*:\s*")[ \t]*(?:think(?:ing)?|thoughts?|reasoning|scratchpad|思考)(?=[\s:："_/-])/iu.exec(
      answer,
    )
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

/** What says of an element in a page that it holds reasoning. */
const attributeOfThought =
  /\b(?:class|id|type|role|data-[\w-]+)\s*=\s*["']?[^"'=<>]{0,40}\b(?:think(?:ing)?|thoughts?|reasoning)\b/iu

/**
 * A block at the head in a mark of unknown name. Brackets of prose must be closed, because answers begin with some, and so
 * must be a mark that may be a variable or a value that Python prints. An element of nothing but elements is a document.
 */
function isStrangeHead(mark: Mark, answer: string): boolean {
  if (namesAnswer(mark.name)) return false
  if (mark.form === 'token') return true
  const close = closingOf(mark)
  const inside = answer.slice(mark.index + mark.text.length)
  const isWhole = inside.trimEnd().endsWith(close) && inside.split(close).length === 2
  if (namesMarkup(mark.name)) return attributeOfThought.test(mark.text) && !isWhole
  if (answer.includes(close)) return !(isWhole && /^\s*<\p{L}/u.test(inside))
  return !isBracketed(mark) && mark.name.length > 1 && !/\s/u.test(mark.text)
}

/** Quoted words of a line, blanked out. */
function withoutQuotes(text: string): string {
  return text.replaceAll(/"[^"\n]{0,200}"|“[^”\n]{0,200}”|'<[^'\n]{1,60}>'|‘[^’\n]{0,60}’/gu, (quoted) =>
    ' '.repeat(quoted.length),
  )
}

const openings =
  /^\s*(?:(?:okay|ok|alright|all right|hmm+|so|well|wait)[,. …]+(?:so[, ]+|now[, ]+)?(?:i (?:have|need) to|i['’]m (?:asked|trying)|let me|let['’]s (?:see|think)|the (?:user|question|problem)|we (?:have|need) to|we['’]re (?:asked|given)|this (?:is|looks)|first)|(?:okay|ok|alright|hmm+),? so\b|the user (?:is |has |wants|asks|asked|needs|gave|provided)|we (?:need|have) to (?:answer|find|compute|solve|figure|respond|produce|determine)|i (?:need|have) to (?:find|figure|solve|answer|work|compute|determine|respond)|let me (?:think|see|work|figure|analy[sz]e|understand)|hmm+[,. …]|(?:here['’]s (?:a|my)|my) (?:thinking|thought) process|(?:thinking|thought) process:|嗯[，,。]|好的?[，,](?:我(?!来|会|将|帮|给|可以|们来)|用户(?:问|让|要|想|希望|给|的)|让我|首先)|首先[，,]?我(?:需要|得|要)|用户(?:问|让|要|想|希望|给)|我们?需要(?:先|找|求|计算))/iu

/** How some answers open as well: they wander twice before they are taken for a thought. */
const chattyOpenings = /^\s*(?:(?:okay|ok|alright|all right|hmm+|so|well|wait)[,. …]|let me )/iu

/** Answers tell their reader in this way what comes. */
const announcement = /^let me [^.!?\n]{0,80}(?:step[ -]by[ -]step|systematically)/iu

const wanderings =
  /\bwait\b[,.!—–-]|\bhmm+\b|\bhold on\b|\blet me (?:double.?check|check|verify|re.?check|re.?read|re.?think|recount|recalculate|think|try|see|go back)|\b(?:double.?check(?:ing)?|actually, (?:no|wait|let)|no, that['’]s|maybe i|perhaps i|am i (?:missing|sure)|is that right\?|that seems right|i think (?:that['’]s|the answer)|i (?:should|need to|must) (?:answer|respond|explain|provide|give|reply)|the user (?:is asking|asks?|asked|wants|said|says|gave|provided|probably|might|may|likely|just|also|didn['’]t|seems?))\b|(?<![^\s。！？，,])(?:等等|不对)(?=[，,。！!…])|再检查|让我(?:再|检查|想)|验算一下/giu

/** What a quotation, a heading, a comment, an element of a page or a member of JSON puts before a text. */
const decoration = /^(?:<[/\p{L}][^<>\n]{0,120}>|[\s\p{P}\p{S}\p{M}\p{Cf}])+/u

/**
 * A heading over a thought, whatever it is set off with. Answers have some of them too, and words with a colon in them,
 * so that the text behind has to say more for those. In a list such a word is an item.
 */
const labels =
  /^(?!\s*[-*+•–] )[\s\p{P}\p{S}\p{M}\p{Cf}]*(?:(?:begin|start)[ _{]?(?:of )?)?(?:(?<sure>think(?:ing)?(?: process)?|(?:my )?(?:thought process|chain of thought|(?:internal|inner) monologue|scratchpad)|thought for (?:a |about )?[\d.]*\s?\p{L}+|思考(?:过程)?)|thoughts?|(?:my )?reasoning(?: process)?|analysis|rationale|推理(?:过程)?)[ \t]*(?<behind>(?:\.{3}|(?![.,;!?])[\p{P}\p{S}]|(?=\r?\n))[\s\p{P}\p{S}]*)/iu

/** What closes a thought under such a heading, in whatever it is set off with. */
const closings = /[^\p{L}\p{N}\s/.][/\\]\s?(?:think|thought|思考)|\bend[ _{](?:of )?(?:think|thought)/iu

/**
 * What gives an unmarked thought away: it opens by talking to itself, and it does so again. Either alone is how answers
 * read too.
 */
function mannerOfThought(text: string): string | undefined {
  const label = labels.exec(text)
  const { sure, behind = '' } = label?.groups ?? {}
  if (sure !== undefined && (behind.includes('\n') || closings.test(text))) return label![0].trim()
  const answer = text.slice((label ?? decoration.exec(text))?.[0].length ?? 0)
  const head = answer.slice(0, 400)
  const [opening, least] =
    openings.test(head) && !announcement.test(head) ? [openings, 1] : [chattyOpenings, 2]
  const begun = opening.exec(head)?.[0]
  if (begun === undefined) return undefined
  const further = answer.slice(begun.length).match(wanderings) ?? []
  return further.length < least ? undefined : `${begun.trim()} … ${further[0]}`
}
