import type { ProblemKind } from '../kind.ts'
import { letterOf } from '../options-for.ts'
import { mistake } from '../values.ts'

/** Multiple choice: the one prime, the one square or the one multiple among the options. */
export const choiceProperties: ProblemKind = {
  name: 'choice-properties',
  task: 'choice',
  domain: 'number theory',
  draft(random) {
    const low = 10 * random.integer(3, 60)
    const divisor = random.pick([6, 7, 8, 9, 11, 12, 13])
    const property = random.pick([
      {
        question: random.pick([
          `Which of the numbers between ${low} and ${low + 99} listed below is prime?`,
          `All options lie between ${low} and ${low + 99}. Which one is a prime number?`,
        ]),
        holds: isPrime,
        why: 'It has no divisor other than 1 and itself.',
      },
      {
        question: random.pick([
          `Exactly one of the listed numbers from ${low} to ${low + 99} is divisible by ${divisor}. Which one?`,
          `Only one of these numbers, all between ${low} and ${low + 99}, is divisible by ${divisor}. Select it.`,
        ]),
        holds: (value: number) => value % divisor === 0,
        why: `Dividing it by ${divisor} leaves no remainder.`,
      },
    ])
    const range = random.shuffle(Array.from({ length: 100 }, (_, index) => low + index))
    const hit = range.find((value) => property.holds(value))!
    const decoys = range
      .filter((value) => !property.holds(value) && value % 2 === 1)
      .slice(0, random.pick([3, 3, 4]))
    const choices = random.shuffle([hit, ...decoys])
    const letter = letterOf(choices.indexOf(hit))
    return {
      prompt: property.question,
      choices: choices.map(String),
      answer: { kind: 'letter', letter, option: String(hit) },
      difficulty: 'easy',
      steps: [
        `The candidates are ${choices.join(', ')}.`,
        `Going through them, ${hit} has the property. ${property.why}`,
        `So the answer is option ${letter}.`,
      ],
      wrong: decoys.map((value) =>
        mistake(
          { kind: 'letter', letter: letterOf(choices.indexOf(value)), option: String(value) },
          `Going through them, ${value} fits, so it is option ${letterOf(choices.indexOf(value))}.`,
        ),
      ),
    }
  },
}

function isPrime(value: number): boolean {
  for (let factor = 2; factor * factor <= value; factor++) if (value % factor === 0) return false
  return value > 1
}
