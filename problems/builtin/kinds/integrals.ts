import type { ProblemKind } from '../kind.ts'
import { polynomial } from '../latex.ts'
import { type Rational, add, latexRational, multiply, rational, subtract } from '../rational.ts'
import { fraction, mistake } from '../values.ts'

/** Definite integrals of quadratic polynomials. */
export const integrals: ProblemKind = {
  name: 'integrals',
  task: 'math',
  domain: 'calculus',
  draft(random) {
    const coefficients = [random.integer(-9, 9), random.integer(-9, 9), random.integer(1, 9)]
    const low = random.integer(-3, 2)
    const high = low + random.integer(1, 4)
    const integrand = polynomial(coefficients, 'x')
    const [atHigh, atLow] = [antiderivative(coefficients, high), antiderivative(coefficients, low)]
    const value = subtract(atHigh, atLow)
    const difference = rational(power(coefficients, high) - power(coefficients, low))
    return {
      prompt: random.pick([
        `Evaluate $\\int_{${low}}^{${high}} \\left(${integrand}\\right) dx$.`,
        `Compute the definite integral \\[\\int_{${low}}^{${high}} (${integrand})\\,dx.\\]`,
        `What is the value of $\\int_{${low}}^{${high}} (${integrand})\\,dx$?`,
      ]),
      answer: fraction(value),
      difficulty: 'hard',
      steps: [
        `An antiderivative is $F(x) = ${antiderivativeText(coefficients)}$.`,
        `At the upper limit $F(${high}) = ${latexRational(atHigh)}$.`,
        `At the lower limit $F(${low}) = ${latexRational(atLow)}$.`,
        `The integral is the difference, $${latexRational(value)}$.`,
      ],
      wrong: [
        mistake(
          fraction(add(atHigh, atLow)),
          `Combining both values gives $${latexRational(add(atHigh, atLow))}$.`,
        ),
        mistake(
          fraction(atHigh),
          `The lower limit contributes nothing, so the integral is $${latexRational(atHigh)}$.`,
        ),
        mistake(fraction(difference), `The difference of the values is $${latexRational(difference)}$.`),
        mistake(
          fraction(subtract(atLow, atHigh)),
          `The difference is $${latexRational(subtract(atLow, atHigh))}$.`,
        ),
      ],
    }
  },
}

function antiderivative(coefficients: readonly number[], at: number): Rational {
  return coefficients
    .map((coefficient, index) => multiply(rational(coefficient, index + 1), rational(at ** (index + 1))))
    .reduce(add)
}

function antiderivativeText(coefficients: readonly number[]): string {
  const terms = coefficients.flatMap((coefficient, index) => {
    if (coefficient === 0) return []
    const exact = latexRational(rational(coefficient, index + 1))
    const factor = exact === '1' ? '' : exact === '-1' ? '-' : exact
    return [index === 0 ? `${factor}x` : `${factor}x^${index + 1}`]
  })
  return terms.reverse().join(' + ').replaceAll('+ -', '- ')
}

function power(coefficients: readonly number[], at: number): number {
  return coefficients.reduce((total, coefficient, index) => total + coefficient * at ** index, 0)
}
