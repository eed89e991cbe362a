import type { ProblemKind } from '../kind.ts'
import { letterOf, optionsFor } from '../options-for.ts'
import { mistake } from '../values.ts'

/** Multiple choice about numbers: products, averages, powers and remainders. */
export const choiceNumbers: ProblemKind = {
  name: 'choice-numbers',
  task: 'choice',
  domain: 'arithmetic',
  draft(random) {
    const [a, b, c] = [random.integer(12, 98), random.integer(11, 49), random.integer(3, 9)]
    const { question, value, way } = random.pick([
      {
        question: `Which number equals $${a} \\times ${b}$?`,
        value: a * b,
        way: `$${a} \\times ${b} = ${a} \\times ${b - (b % 10)} + ${a} \\times ${b % 10}$, that is $${a * (b - (b % 10))} + ${a * (b % 10)}$.`,
      },
      {
        question: `A theater has ${a} rows with ${b} seats each, and ${c} seats are broken. How many seats can be used?`,
        value: a * b - c,
        way: `There are $${a} \\times ${b} = ${a * b}$ seats in all, and $${c}$ of them are broken.`,
      },
      {
        question: `What is the remainder when $${a * b + c}$ is divided by $${b}$?`,
        value: (a * b + c) % b,
        way: `$${a * b + c} = ${Math.floor((a * b + c) / b)} \\times ${b} + ${(a * b + c) % b}$.`,
      },
      {
        question: `If $x = ${a}$ and $y = ${b}$, what is $x^2 - y^2$?`,
        value: a * a - b * b,
        way: `$x^2 - y^2 = (x - y)(x + y) = ${a - b} \\cdot ${a + b}$.`,
      },
    ])
    const decoys = [value + 10, value - 1, value + 1, value + c + 1, value - 10].map(String)
    const { choices, correct } = optionsFor(String(value), decoys, random)
    const letter = letterOf(correct)
    return {
      prompt: question,
      choices,
      answer: { kind: 'letter', letter, option: String(value) },
      difficulty: 'medium',
      steps: [way, `The result is $${value}$.`, `Among the options this is ${letter}.`],
      wrong: choices.flatMap((option, index) =>
        index === correct
          ? []
          : [
              mistake(
                { kind: 'letter', letter: letterOf(index), option },
                `The result is $${option}$, which is option ${letterOf(index)}.`,
              ),
            ],
      ),
    }
  },
}
