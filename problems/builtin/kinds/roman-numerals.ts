import type { ProblemKind } from '../kind.ts'
import { mistake, text, whole } from '../values.ts'

const NUMERALS: readonly (readonly [number, string])[] = [
  [1000, 'M'],
  [900, 'CM'],
  [500, 'D'],
  [400, 'CD'],
  [100, 'C'],
  [90, 'XC'],
  [50, 'L'],
  [40, 'XL'],
  [10, 'X'],
  [9, 'IX'],
  [5, 'V'],
  [4, 'IV'],
  [1, 'I'],
]

/** Writing numbers as Roman numerals; a few ask for the number instead. */
export const romanNumerals: ProblemKind = {
  name: 'roman-numerals',
  task: 'text',
  domain: 'numerals',
  draft(random) {
    const value = random.integer(14, 3899)
    const numeral = roman(value)
    const parts = roman.parts(value)
    const reads = random.chance(0.35)
    const near = [value + 1, value - 10, value + 100]
    return {
      prompt: reads
        ? random.pick([
            `Which number, in ordinary digits, is the Roman numeral ${numeral}?`,
            `Convert the Roman numeral ${numeral} to an integer.`,
            `A building bears the inscription ${numeral}. Which number is that?`,
          ])
        : random.pick([
            `Write ${value} as a Roman numeral.`,
            `What is the number ${value} in Roman numerals?`,
            `Convert ${value} to a Roman numeral.`,
          ]),
      answer: reads ? whole(value) : text(numeral),
      difficulty: 'easy',
      steps: [
        `The parts are ${parts.map(([amount, letters]) => `${letters} = ${amount}`).join(', ')}.`,
        `Their values add up: ${parts.map(([amount]) => amount).join(' + ')} = ${value}.`,
        reads ? `So ${numeral} is ${value}.` : `So ${value} is written ${numeral}.`,
      ],
      wrong: near.map((other) =>
        reads
          ? mistake(whole(other), `The parts add up to ${other}.`)
          : mistake(text(roman(other)), `Put together, that is ${roman(other)}.`),
      ),
    }
  },
}

function roman(value: number): string {
  return roman
    .parts(value)
    .map(([, letters]) => letters)
    .join('')
}

roman.parts = function parts(value: number): [number, string][] {
  const found: [number, string][] = []
  let rest = value
  for (const [amount, letters] of NUMERALS) {
    while (rest >= amount) {
      found.push([amount, letters])
      rest -= amount
    }
  }
  return found
}
