import { z } from 'zod'
import type { VerifierResult } from '../../schemas/verdict.ts'
import { leadingLetter, plainText, readChoice, type ChoiceReading } from './choice-letter.ts'
import { lettersOf } from './letters.ts'
import { bySpelling, findOption, foldOption, letterAt, type Found } from './option-text.ts'
import { foldText } from '../extract/fold-text.ts'
import { stripThinkBlocks } from '../extract/think-blocks.ts'
import type { Verifier } from '../verifier.ts'

export const ChoiceOptions = z.strictObject({
  /** Whether an answer may be the text or value of an option instead of its letter. */
  option_text: z.boolean().default(true),
})
export type ChoiceOptions = z.infer<typeof ChoiceOptions>

const MAX_CHARACTERS = 200_000

/** Multiple choice: a letter in any usual form, the text of an option, or a value that exactly one option has. */
export const choiceVerifier: Verifier<ChoiceOptions> = {
  name: 'choice',
  version: '5',
  options: ChoiceOptions,
  instruction: 'Please reason step by step, and put only the letter of the correct option within \\boxed{}.',
  verify(input, options) {
    const letters = lettersOf(input.choices.length)
    const reading = readChoice(
      stripThinkBlocks(input.output).slice(-MAX_CHARACTERS),
      letters,
      (text) => options.option_text && findOption(text, input.choices).letter !== undefined,
    )
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
      .map((answer) => goldLetter(answer, input.choices, letters))
      .filter((letter) => letter !== undefined)
    if (golds.length === 0)
      return result(
        'gold_unparseable',
        'none',
        input.answers.length === 0 ? 'empty_gold' : 'gold_is_no_option',
      )
    if (reading === undefined) return result('no_answer', 'none', 'empty_answer')
    if (reading.extraction === 'open_box') return result('undecided', 'guard', 'cut_off_box')
    const spelled =
      options.option_text && reading.text.length > 3 ? bySpelling(reading.text, input.choices) : undefined
    if (spelled === undefined && reading.doubt !== undefined)
      return result('undecided', 'extraction', reading.doubt)
    const answer = spelled ?? answerLetter(reading, input.choices, options)
    const { letter } = answer
    if (letter === undefined) return result('undecided', answer.path, answer.reason)
    const right = golds.some((gold) => gold === letter || sameOption(gold, letter, input.choices))
    return right ? result('correct', answer.path, '') : result('incorrect', answer.path, 'different_option')
  },
}

/** A reference is a letter, a letter with its option, or the text of an option. */
function goldLetter(gold: string, choices: readonly string[], letters: string): string | undefined {
  const plain = plainText(gold)
  if (/^[A-Za-z]$/u.test(plain))
    return letters.includes(plain.toUpperCase()) ? plain.toUpperCase() : undefined
  const same = choices.findIndex((choice) => foldText(choice) === foldText(gold))
  if (same >= 0) return letterAt(same)
  return (
    leadingLetter(gold, letters) ??
    new RegExp(`^([${letters}])\\s+\\S`, 'u').exec(plain)?.[1] ??
    readChoice(gold, letters, () => false)?.letter
  )
}

function answerLetter(reading: ChoiceReading, choices: readonly string[], options: ChoiceOptions): Found {
  const { letter } = reading
  if (letter !== undefined) {
    const exact = choices.findIndex((choice) => choice.trim() === reading.text.trim())
    // An option may itself be a letter that is not its own.
    if (exact >= 0 && letterAt(exact) !== letter)
      return { letter: undefined, path: 'letter', reason: 'letter_or_option_text' }
    return { letter, path: 'letter', reason: '' }
  }
  return !options.option_text || choices.length === 0
    ? { letter: undefined, path: 'letter', reason: 'no_letter_found' }
    : findOption(reading.text, choices)
}

/** Options printed twice are the same answer. */
function sameOption(gold: string, letter: string, choices: readonly string[]): boolean {
  const [a, b] = [choices[gold.charCodeAt(0) - 65], choices[letter.charCodeAt(0) - 65]]
  return a !== undefined && b !== undefined && a.trim() !== '' && foldOption(a) === foldOption(b)
}
