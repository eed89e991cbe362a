import type { ProblemKind } from '../kind.ts'
import { NOUNS } from '../names.ts'
import { mistake, text } from '../values.ts'

type Operation = { ask: readonly string[]; apply(word: string): string; step: string }

const OPERATIONS: readonly Operation[] = [
  {
    ask: [
      'Write the word "WORD" backwards.',
      'Reverse the letters of "WORD".',
      'Spell "WORD" from back to front.',
    ],
    apply: (word) => reversed(word),
    step: 'Reading the letters from the end gives the result.',
  },
  {
    ask: [
      'Remove all vowels from "WORD".',
      'What remains of "WORD" when the letters a, e, i, o and u are deleted?',
    ],
    apply: (word) => word.replace(/[aeiou]/g, ''),
    step: 'The vowels a, e, i, o and u go, everything else stays in place.',
  },
  {
    ask: [
      'Replace every letter of "WORD" by the next letter of the alphabet (a becomes b, z becomes a).',
      'Shift each letter of "WORD" one place forward in the alphabet, with z turning into a.',
    ],
    apply: (word) => shifted(word, 1),
    step: 'Every letter moves one place forward.',
  },
  {
    ask: [
      'Write down every second letter of "WORD", starting with the first one.',
      'Take letters number 1, 3, 5, and so on of "WORD".',
    ],
    apply: (word) =>
      word
        .split('')
        .filter((_, index) => index % 2 === 0)
        .join(''),
    step: 'Only the letters in odd places are kept.',
  },
  {
    ask: [
      'Sort the letters of "WORD" alphabetically.',
      'Arrange the letters of "WORD" in alphabetical order.',
    ],
    apply: (word) => word.split('').sort().join(''),
    step: 'Going through the alphabet, each letter is written as often as it occurs.',
  },
]

/** Operations on the letters of one or two joined words. */
export const stringOperations: ProblemKind = {
  name: 'string-operations',
  task: 'text',
  domain: 'language',
  draft(random) {
    const word = random.chance(0.4) ? random.pick(NOUNS) : random.pick(NOUNS) + random.pick(NOUNS)
    const operation = random.pick(OPERATIONS)
    const value = operation.apply(word)
    const middle = Math.floor(value.length / 2)
    const swapped = value.slice(0, middle - 1) + value[middle] + value[middle - 1] + value.slice(middle + 1)
    return {
      prompt: random.pick(operation.ask).replace('WORD', word),
      answer: text(value),
      difficulty: word.length > 9 ? 'medium' : 'easy',
      steps: [`The letters are ${word.split('').join(', ')}.`, operation.step, `The result is ${value}.`],
      wrong: [
        mistake(text(swapped), `Going through the letters, the result is ${swapped}.`),
        mistake(text(value.slice(0, -1)), `That makes ${value.slice(0, -1)}.`),
        mistake(text(value + value.at(-1)!), `Letter by letter this is ${value + value.at(-1)!}.`),
      ],
    }
  },
}

function reversed(word: string): string {
  return word.split('').reverse().join('')
}

function shifted(word: string, by: number): string {
  return word
    .split('')
    .map((letter) => String.fromCharCode(((letter.charCodeAt(0) - 97 + by) % 26) + 97))
    .join('')
}
