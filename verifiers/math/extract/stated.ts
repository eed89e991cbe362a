import { statedAnswer } from '../../extract/phrase.ts'
import { parseForm } from '../parse/forms.ts'
import { parseAnswer } from '../parse/parser.ts'
import { hasFurtherStep, isQualified } from './prose.ts'
import { isProse, MAX_WHOLE, unwrap, type ExtractOptions, type Reading } from './reading.ts'
import { fromSentence } from './sentence.ts'
import { goesOn } from './surroundings.ts'

/** The value behind a phrase such as `the answer is`. */
export function fromPhrase(text: string, options: ExtractOptions): Reading | undefined {
  const stated = statedAnswer(text)
  if (stated === undefined) return undefined
  const { said, doubt } = stated
  if (said === undefined)
    return { text: text.slice(-MAX_WHOLE), extraction: 'phrase', node: undefined, doubt }
  const rest = said.replaceAll('**', '')
  // `The answer is 3!` is glad of 3 or means 6.
  if (/^[^$\\]{0,40}\d!+(?=\s|$)/u.test(rest))
    return {
      text: rest.slice(0, MAX_WHOLE),
      extraction: 'phrase',
      node: undefined,
      doubt: 'factorial_or_mark',
    }
  const form = parseForm(openings(rest)[0] ?? '')
  if (form !== undefined) return { text: openings(rest)[0] ?? '', extraction: 'phrase', node: form }
  // `half of 18` or `more than 18` is said about a number; another number of the line is no better.
  if (isQualified(rest)) return { text: rest.slice(0, MAX_WHOLE), extraction: 'phrase', node: undefined }
  const [lines = ''] = rest.split('\n', 1)
  if (OTHER_CASE.test(lines))
    return { text: rest.slice(0, MAX_WHOLE), extraction: 'phrase', node: undefined, doubt: 'several_cases' }
  for (const part of [rest, ...openings(rest)]) {
    if (part.length > MAX_WHOLE) continue
    const clean = unwrap(part)
    const node = parseAnswer(clean, options.budget)
    if (node !== undefined && !isProse(node, clean)) return { text: clean, extraction: 'phrase', node }
  }
  const [first] = openings(rest)
  const found = fromSentence(first ?? rest, options)
  return found === undefined ? undefined : { ...found, extraction: 'phrase' }
}

/** The beginnings of a remainder that may be the answer: first sentence, first line, first clause. */
function openings(rest: string): string[] {
  const parts: string[] = []
  const [line = ''] = rest.split('\n', 1)
  const sentence = /[.。!?](?:\s|$|"|\*)/u.exec(line)
  if (sentence !== null) parts.push(line.slice(0, sentence.index))
  else parts.push(line)
  const clause = /(?:,|，|;|\s(?:because|since|as|so|which|where|when|and then|but|for|with|in))\s/u.exec(
    parts[0] ?? '',
  )
  if (clause !== null) parts.push(line.slice(0, clause.index))
  const words = /^\S+/u.exec(line)
  const further = line.slice(words?.[0].replace(/[.,;:]+$/u, '').length)
  if (words !== null && /^[-$\\]?[\d.]/u.test(words[0]) && !hasFurtherStep(further) && !goesOn(further))
    parts.push(words[0])
  return parts
}

/** `5 for even n and 6 for odd n`: a second value for a second case. */
const OTHER_CASE =
  /^[^a-z]{0,60}\s(?:for|when|where|if|in case)\b.{0,120}(?:(?:\b(?:and|or|but)|[,;])\s+\$?[-\\\d].{0,80}\b(?:for|when|if|where|in case)\b|\b(?:otherwise|else)\b)/u
