import { z } from 'zod'
import type { VerifierResult } from '../../schemas/verdict.ts'
import { leadingLetter, plainText, readChoice, type ChoiceReading } from './choice-letter.ts'
import { compareAnswerTexts, MathOptions } from '../math/math.ts'
import { normaliseText } from '../text.ts'
import { stripThinkBlocks } from '../extract/think-blocks.ts'
import type { Verifier } from '../verifier.ts'

export const ChoiceOptions = z.strictObject({
  /** Whether an answer may be the text or value of an option instead of its letter. */
  option_text: z.boolean().default(true),
})
export type ChoiceOptions = z.infer<typeof ChoiceOptions>

const MAX_CHARACTERS = 200_000
const mathOptions: MathOptions = MathOptions.parse({})

/** Multiple choice: a letter in any usual form, the text of an option, or a value that exactly one option has. */
export const choiceVerifier: Verifier<ChoiceOptions> = {
  name: 'choice',
  version: '4',
  options: ChoiceOptions,
  verify(input, options) {
    const reading = readChoice(stripThinkBlocks(input.output).slice(-MAX_CHARACTERS))
    const found = {
      extracted: reading?.letter ?? reading?.text.slice(0, 200) ?? '',
      extraction: reading?.extraction ?? 'none',
    }
    const result = (verdict: VerifierResult['verdict'], path: string, reason: string): VerifierResult => ({
      verdict,
      ...found,
      path,
      reason,
    })
    const golds = input.answers
      .map((answer) => goldLetter(answer, input.choices))
      .filter((letter) => letter !== undefined)
    if (golds.length === 0)
      return result(
        'gold_unparseable',
        'none',
        input.answers.length === 0 ? 'empty_gold' : 'gold_is_no_option',
      )
    if (reading === undefined) return result('no_answer', 'none', 'empty_answer')
    if (reading.extraction === 'open_box') return result('undecided', 'guard', 'cut_off_box')
    const answer = answerLetter(reading, input.choices, options)
    const { letter } = answer
    if (letter === undefined) return result('undecided', answer.path, answer.reason)
    const right = golds.some((gold) => gold === letter || sameOption(gold, letter, input.choices))
    return right ? result('correct', answer.path, '') : result('incorrect', answer.path, 'different_option')
  },
}

/** A reference is a letter, a letter with its option, or the text of an option. */
function goldLetter(gold: string, choices: readonly string[]): string | undefined {
  const plain = plainText(gold)
  const letter = /^[A-Ja-j]$/u.test(plain) ? plain.toUpperCase() : undefined
  if (letter !== undefined) return withinOptions(letter, choices) ? letter : undefined
  const same = choices.findIndex((choice) => normaliseText(choice) === normaliseText(gold))
  if (same >= 0) return letterAt(same)
  const led = leadingLetter(gold) ?? /^([A-J])\s+\S/u.exec(plain)?.[1] ?? readChoice(gold)?.letter
  return led !== undefined && withinOptions(led, choices) ? led : undefined
}

type Found = { letter: string | undefined; path: string; reason: string }

function answerLetter(reading: ChoiceReading, choices: readonly string[], options: ChoiceOptions): Found {
  const { letter } = reading
  if (letter !== undefined && withinOptions(letter, choices)) {
    const exact = choices.findIndex((choice) => choice.trim() === reading.text.trim())
    // An option may itself be a letter that is not its own.
    if (exact >= 0 && letterAt(exact) !== letter)
      return { letter: undefined, path: 'letter', reason: 'letter_or_option_text' }
    return { letter, path: 'letter', reason: '' }
  }
  if (!options.option_text || choices.length === 0)
    return { letter: undefined, path: 'letter', reason: 'no_letter_found' }
  return (
    byText(reading.text, choices) ??
    byValue(reading.text, choices) ?? { letter: undefined, path: 'option', reason: 'no_option_matches' }
  )
}

function byText(text: string, choices: readonly string[]): Found | undefined {
  const said = foldOption(text)
  const same = choices.findIndex((choice) => foldOption(choice) === said)
  if (same >= 0) return { letter: letterAt(same), path: 'option_text', reason: '' }
  // The text of exactly one option in a sentence, and not as part of a longer option.
  const named = choices
    .map((choice, at) => ({ at, text: foldOption(choice) }))
    .filter(
      (choice) =>
        choice.text.length > 2 && /\p{L}/u.test(choice.text) && ` ${said} `.includes(` ${choice.text} `),
    )
  const longest = named.toSorted((a, b) => b.text.length - a.text.length)[0]
  const only = longest !== undefined && named.every((choice) => longest.text.includes(choice.text))
  return only ? { letter: letterAt(longest.at), path: 'option_text', reason: '' } : undefined
}

/** The option with the same value, where the options with that value all read the same. */
function byValue(text: string, choices: readonly string[]): Found | undefined {
  const same = choices.flatMap((choice, at) =>
    compareAnswerTexts(choice, plainMath(text), mathOptions).equal === true ? [at] : [],
  )
  const [first] = same
  if (first === undefined) return undefined
  if (same.some((at) => foldOption(choices[at] ?? '') !== foldOption(choices[first] ?? ''))) {
    return { letter: undefined, path: 'option_value', reason: 'several_options_match' }
  }
  return { letter: letterAt(first), path: 'option_value', reason: '' }
}

function plainMath(text: string): string {
  return text.replaceAll('**', '').trim()
}

function foldOption(text: string): string {
  return /\d/u.test(text)
    ? text
        .toLowerCase()
        .replace(/[\s$*]|\\[()[\]]/gu, '')
        .replace(/\.$/u, '')
    : normaliseText(plainText(text))
}

/** Options printed twice are the same answer. */
function sameOption(gold: string, letter: string, choices: readonly string[]): boolean {
  const [a, b] = [choices[gold.charCodeAt(0) - 65], choices[letter.charCodeAt(0) - 65]]
  return a !== undefined && b !== undefined && a.trim() !== '' && foldOption(a) === foldOption(b)
}

function withinOptions(letter: string, choices: readonly string[]): boolean {
  return choices.length === 0 || letter.charCodeAt(0) - 65 < choices.length
}

function letterAt(index: number): string {
  return String.fromCharCode(65 + index)
}
