const letters = 'abcdefghij'.split('')

/** The usual names of columns that hold one option each, in the order of the options. */
export const optionColumns: readonly (readonly string[])[] = [
  letters.map((letter) => letter.toUpperCase()),
  letters.map((letter) => `option_${letter}`),
  letters.map((letter) => `op${letter}`),
  letters.map((_, index) => `option${index + 1}`),
]

/** The usual names of columns that hold one wrong option each, beside a column of the right one. */
export const wrongAnswerColumns: readonly (readonly string[])[] = [
  ['Incorrect Answer 1', 'Incorrect Answer 2', 'Incorrect Answer 3'],
  ['distractor1', 'distractor2', 'distractor3'],
]
