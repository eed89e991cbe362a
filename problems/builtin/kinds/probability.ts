import type { ProblemKind } from '../kind.ts'
import { latexRational, multiply, rational, subtract } from '../rational.ts'
import { fraction, mistake } from '../values.ts'

/** Drawing two balls without replacement. */
export const probability: ProblemKind = {
  name: 'probability',
  task: 'math',
  domain: 'probability',
  draft(random) {
    const [red, blue] = [random.integer(2, 14), random.integer(2, 14)]
    const total = red + blue
    const [first, second] = random.pick([
      ['red', 'blue'],
      ['green', 'yellow'],
      ['black', 'white'],
    ] as const)
    const container = random.pick(['bag', 'box', 'urn', 'jar'])
    const thing = random.pick(['balls', 'marbles', 'counters', 'tokens'])
    const same = rational(red * (red - 1), total * (total - 1))
    const atLeastOne = subtract(rational(1), rational(blue * (blue - 1), total * (total - 1)))
    const wantsBoth = random.chance(0.5)
    const value = wantsBoth ? same : atLeastOne
    const replaced = wantsBoth
      ? multiply(rational(red, total), rational(red, total))
      : subtract(rational(1), multiply(rational(blue, total), rational(blue, total)))
    const event = wantsBoth ? `both are ${first}` : `at least one of them is ${first}`
    const setting = `${red} ${first} and ${blue} ${second} ${thing}`
    return {
      prompt: random.pick([
        `A ${container} contains ${setting}. Two ${thing} are drawn at random without replacement. What is the ` +
          `probability that ${event}?`,
        `From a ${container} with ${setting}, two are taken out one after the other and not put back. Find the ` +
          `probability that ${event}, as a fraction in lowest terms.`,
        `Two ${thing} are picked at random, without replacement, from a ${container} holding ${setting}. Determine ` +
          `the probability that ${event}.`,
      ]),
      answer: fraction(value),
      difficulty: wantsBoth ? 'medium' : 'hard',
      steps: wantsBoth
        ? [
            `The first one is ${first} with probability $${latexRational(rational(red, total))}$.`,
            `Then $${red - 1}$ of the remaining $${total - 1}$ are ${first}, which gives the factor $\\frac{${red - 1}}{${total - 1}}$.`,
            `The probability is $${latexRational(value)}$.`,
          ]
        : [
            `It is easier to look at the complement, that both are ${second}.`,
            `Both are ${second} with probability $\\frac{${blue}}{${total}} \\cdot \\frac{${blue - 1}}{${total - 1}} = ${latexRational(subtract(rational(1), value))}$.`,
            `So the probability is $1 - ${latexRational(subtract(rational(1), value))} = ${latexRational(value)}$.`,
          ],
      wrong: [
        mistake(
          fraction(replaced),
          `Since each draw has the same chances, the probability is $${latexRational(replaced)}$.`,
        ),
        mistake(
          fraction(subtract(rational(1), value)),
          `That leaves a probability of $${latexRational(subtract(rational(1), value))}$.`,
        ),
        mistake(
          fraction(rational(red, total)),
          `The proportion is $${latexRational(rational(red, total))}$.`,
        ),
      ],
    }
  },
}
