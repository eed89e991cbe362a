import type { VerifierResult } from '../schemas/verdict.ts'

/** What a verifier did not understand, for every reason of an undecided answer. */
const sentences: Readonly<Record<string, string>> = {
  gold_not_understood: 'the reference is not understood as a whole',
  answer_not_understood: 'the answer is not understood as a whole',
  answer_not_marked: 'nothing marks the answer, and words of an explanation are not guessed at',
  denied_answer: 'the text denies the answer that it names',
  supposed_answer: 'the text supposes the answer or gives it as the opinion of others',
  retracted_answer: 'the text takes its answer back',
  empty_last_box: 'the last box is empty',
  cut_off_box: 'the last box is cut off',
  several_cases: 'the answer is different in different cases',
  several_letters: 'more than one option is taken',
  several_options_match: 'more than one option has this text or value',
  no_option_matches: 'no option has this text or value',
  no_letter_found: 'no letter of an option is found',
  letter_or_option_text: 'the answer is the letter of one option and the text of another',
  factorial_or_mark: 'the sign behind the number is a factorial or an exclamation',
  order_may_matter: 'the parts are the same in another order, and the order may matter',
  and_or: 'one side says `and` or lists, the other says `or`',
  unit_or_symbol: 'the letter behind the number is a unit or a symbol',
  different_unit: 'the units measure different things',
  different_words: 'the words behind the numbers are not the same',
  unknown_unit: 'one side has a unit, the other words that may be one',
  pairs: 'a count of pairs may be the count of what is in them',
  comma_or_point: 'the number has a decimal comma or separates thousands, and only one of them is right',
  percent_or_unit: 'one side has a percent sign, the other a unit',
  percent_or_fraction: 'a percent sign may have been left out',
  time_or_ratio: 'two numbers with a colon are a time or a ratio',
  base_left_out: 'one side leaves out the base of its digits',
  count_or_point: 'letters with two numbers are a count or a point',
  different_modulus: 'the moduli are not the same',
  underspecified_gold: 'the reference does not say which of several amounts was asked for',
  item_undecided: 'an item of the list cannot be told from another',
  too_many_items: 'the list is too long to be compared in any order',
  too_few_points: 'the expressions have too few values in common to tell them apart',
  branches: 'roots or logarithms of negative numbers differ',
  answer_too_long: 'the answer is longer than is compared',
  gold_too_long: 'the reference is longer than is compared',
  budget: 'the comparison would take more steps than it may',
  out_of_range: 'a number is too large to be worked out',
}

/** One sentence about what was not understood of an undecided answer, with the text it is about. */
export function explainUndecided({ reason, extracted }: VerifierResult, golds: readonly string[]): string {
  const text = reason.startsWith('gold_') || reason === 'underspecified_gold' ? golds.join(' or ') : extracted
  const shown = text.length > 200 ? `${text.slice(0, 200)}…` : text
  return `${sentences[reason] ?? reason.replaceAll('_', ' ')}${shown === '' ? '' : `: ${JSON.stringify(shown)}`}`
}
