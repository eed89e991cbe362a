import { extractAnswer } from './extract/extract.ts'
import type { Reading } from './extract/reading.ts'
import { parseAnswer } from './parse/parser.ts'
import type { Budget } from './values/budget.ts'
import type { Node } from './values/expression.ts'

/** What sources write where they have no reference answer. */
const SENTINELS: ReadonlySet<string> = new Set([
  '',
  'notfound',
  'not found',
  'not_found',
  'proof',
  'n/a',
  'null',
  'nan',
])

/**
 * A reference is the answer itself, or a worked solution that marks it. It is read whole or not at all: one that states
 * several facts of which only the last would be taken has no node, so that nothing but its own words matches it.
 */
export function readGold(
  text: string,
  settings: { prompt: string; prose: boolean; budget: Budget },
): Reading | undefined {
  const trimmed = text.trim()
  if (SENTINELS.has(trimmed.toLowerCase()) || text.length > 100_000) return undefined
  const unread: Reading = { text: trimmed, extraction: 'text', node: undefined }
  const prose = isWorkedSolution(trimmed)
  if (!prose && isSeveralLines(trimmed)) {
    const node = parseLines(trimmed, settings.budget)
    return node === undefined ? unread : { text: trimmed, extraction: 'whole', node }
  }
  const plain = prose ? text : plainAmount(text)
  const gold = extractAnswer(plain, { ...settings, prompt: '', prose, bare: false })
  if (gold?.extraction === 'open_box')
    return extractAnswer(gold.text, { ...settings, prompt: '', prose: true, bare: true })
  return gold === undefined || gold.doubt !== undefined ? unread : gold
}

/** `USD 5` and `5 (apples)` name a currency or a unit where the parser does not look for one. */
function plainAmount(text: string): string {
  const named = /^\s*-?\d[\d,.]{0,30}\s?(?:\\text\s?\{)?\s?\((?!mod\b|base\b|or\b)\p{L}{3,20}\)\}?\.?\s*$/u
  if (named.test(text)) return /-?\d[\d,.]*/u.exec(text)?.[0] ?? text
  return text.replace(/^\s*(?:USD|US\$)\s?(?=\d[\d,.]*\s*$)/u, '$')
}

/** What marks the answer of a worked solution. */
const MARKED =
  /####|\\boxed|\\fbox|<answer>|<<|\banswer\s{0,2}(?:is|=|:)|\bfinal result\s{0,2}(?:is|=|:)|答案|(?:^|\n)\s*(?:thus|so|therefore|hence)\b[^\n]*$/iu
/** A last sentence that draws the conclusion of those before it. */
const CONCLUDES =
  /^(?:so|thus|therefore|hence|consequently|finally|altogether|together|overall|in total|in all|that (?:gives|means|leaves|makes)|this (?:gives|means|leaves|makes))\b/iu
/** A plain sentence with a verb right before its number. */
const STATES_RESULT =
  /^\p{Lu}[^\n\\]{0,300}(?:\b(?:is|are|was|were|has|have|had|equals|costs?|gets?|earns?|makes?|needs?|pays?|spends?|takes?|sells?|total of|for)|=)\s?(?:\$?-?\d[\d,.]*%?(?:\s\p{L}+){0,4}|\$[^$]{1,60}\$(?:(?:,| and| or)+\s\$[^$]{1,60}\$){0,8})\.?$/u

/**
 * Whether a reference argues for its answer or states it in a sentence. In a short reference with words, such as
 * `all integers except 3`, the words belong to the answer; two statements side by side are no argument.
 */
function isWorkedSolution(text: string): boolean {
  if (MARKED.test(text)) return true
  if (/\n/u.test(text) || /\b(?:if|when|unless|except|not|or|at least|at most|than)\b/iu.test(text))
    return false
  const sentences = text.split(/(?<=[.!?])\s+(?=\p{Lu})/u)
  const last = sentences.at(-1) ?? text
  if (sentences.length > 1 && !CONCLUDES.test(last)) return false
  if (!STATES_RESULT.test(last) || statements(last) > 1) return false
  // In `Room 5 is 3` the first number belongs to the answer; an argument of several sentences may hold any.
  return sentences.length > 1 || /[$=]/u.test(last) || last.match(/\d[\d,.]*/gu)?.length === 1
}

/** How often a sentence says of something that it is a value. */
function statements(sentence: string): number {
  return sentence.match(/(?:\b(?:is|are|was|were|has|have|had|equals)|=)\s?\$?-?[\d$\\]/gu)?.length ?? 0
}

function isSeveralLines(text: string): boolean {
  return /\S\s*\n\s*\S/u.test(text) && !/\\begin|\\\[|\$\$|```|<|\\left/u.test(text)
}

/** A reference of several lines: one item for each, when every line is understood. */
function parseLines(text: string, budget: Budget): Node | undefined {
  const whole = parseAnswer(text.replaceAll(/\s*\n\s*/gu, '; '), budget)
  if (whole !== undefined && text.split('\n').length > 40) return undefined
  const labelled = whole?.kind === 'sequence' && whole.items.every((item) => item.kind === 'relation')
  if (labelled) return whole
  const items: Node[] = []
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const node = parseAnswer(line, budget)
    if (node === undefined || node.kind === 'text') return undefined
    items.push(node)
  }
  return { kind: 'sequence', open: '', close: '', items, join: ',' }
}
