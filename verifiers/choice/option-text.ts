import { compareAnswerTexts, MathOptions } from '../math/math.ts'
import { foldText } from '../extract/fold-text.ts'
import { plainText } from './choice-letter.ts'
import { stanceOn } from './stance.ts'

/** The option that an answer without a letter means, or why none was found. */
export type Found = { letter: string | undefined; path: string; reason: string }

/** Longer texts are no option. */
const MAX_CHARACTERS = 4_000
const mathOptions: MathOptions = MathOptions.parse({})

/** The option that is spelled as a text is, that a sentence names and does not deny, or that alone has its value. */
export function findOption(text: string, choices: readonly string[]): Found {
  if (text.length > MAX_CHARACTERS) return { letter: undefined, path: 'option', reason: 'no_option_matches' }
  return (
    bySpelling(text, choices) ??
    byMention(text, choices) ??
    byValue(text, choices) ?? { letter: undefined, path: 'option', reason: 'no_option_matches' }
  )
}

/** The option that is spelled as a text is. */
export function bySpelling(text: string, choices: readonly string[]): Found | undefined {
  if (text.length > MAX_CHARACTERS) return undefined
  const said = foldOption(text)
  const same = choices.findIndex((choice) => foldOption(choice) === said)
  return same < 0 ? undefined : { letter: letterAt(same), path: 'option_text', reason: '' }
}

/** The text of exactly one option in a sentence, not denied and not as part of a longer option. */
function byMention(text: string, choices: readonly string[]): Found | undefined {
  const said = spaced(plainText(text))
  const named = choices.flatMap((choice, at) => {
    const words = spaced(plainText(choice).replace(/^(?:the|an?)\s/iu, ''))
    if (words.length <= 4 || !/\p{L}/u.test(words)) return []
    const start = said.indexOf(words)
    return start < 0 ? [] : [{ at, words, start: start + 1, end: start + words.length - 1 }]
  })
  const outer = named.filter(
    (option) =>
      !named.some((other) => other.words.length > option.words.length && other.words.includes(option.words)),
  )
  const meant = outer.filter(
    ({ start, end }) => stanceOn(said, start, end) !== 'against' && !isNegated(said, start),
  )
  const [only] = meant
  if (only !== undefined && meant.length === 1)
    return { letter: letterAt(only.at), path: 'option_text', reason: '' }
  return outer.length === 0
    ? undefined
    : {
        letter: undefined,
        path: 'option_text',
        reason: meant.length === 0 ? 'denied_answer' : 'several_options_match',
      }
}

/** `never increases`, `is not really true`. */
function isNegated(text: string, start: number): boolean {
  return /\b(?:not|never|no longer|hardly|n['’]?t|neither|nor|without)\s+(?:\w+\s+){0,2}$/iu.test(
    text.slice(Math.max(0, start - 40), start),
  )
}

/** Lower case with one blank around every word and mark. */
function spaced(text: string): string {
  return ` ${text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/([^\p{L}\p{N}\s'’-])/gu, ' $1 ')
    .replace(/\s+/gu, ' ')
    .trim()} `
}

/** The option with the same value, where the options with that value all read the same. */
function byValue(text: string, choices: readonly string[]): Found | undefined {
  // `48, not -48` is 48.
  const plain = text
    .replaceAll('**', '')
    .replace(/(?<=\S),?\s(?:and |but )?not\s.{1,200}$/u, '')
    .trim()
  const same = choices.flatMap((choice, at) =>
    compareAnswerTexts(choice, plain, mathOptions).equal === true ? [at] : [],
  )
  const [first] = same
  if (first === undefined) return undefined
  return same.some((at) => foldOption(choices[at] ?? '') !== foldOption(choices[first] ?? ''))
    ? { letter: undefined, path: 'option_value', reason: 'several_options_match' }
    : { letter: letterAt(first), path: 'option_value', reason: '' }
}

/** An option without what is only typography. */
export function foldOption(text: string): string {
  return /\d/u.test(text)
    ? plainText(text)
        .toLowerCase()
        .replace(/\s|\\[()[\]]/gu, '')
        .replace(/\.$/u, '')
    : foldText(plainText(text))
}

/** `A` for the first option. */
export function letterAt(index: number): string {
  return String.fromCharCode(65 + index)
}
