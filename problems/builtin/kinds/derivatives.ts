import type { AnswerValue } from '../answer-value.ts'
import type { ProblemKind } from '../kind.ts'
import { polynomial } from '../latex.ts'
import { mistake } from '../values.ts'

/** Derivatives of polynomials; the answer is an expression. */
export const derivatives: ProblemKind = {
  name: 'derivatives',
  task: 'math',
  domain: 'calculus',
  draft(random) {
    const degree = random.integer(3, 5)
    const coefficients = Array.from({ length: degree + 1 }, () => random.integer(-9, 9))
    coefficients[degree] = random.integer(1, 8)
    coefficients[2] = random.integer(1, 9)
    const slope = derivative(coefficients)
    const given = polynomial(coefficients, 'x')
    const unscaled = coefficients.slice(1)
    const kept = slope.map((value, index) => (index === 0 ? value + coefficients[0]! + 1 : value))
    const named = random.chance(0.5)
    const name = named ? random.pick(['f', 'g', 'h', 'p']) : undefined
    return {
      prompt: named
        ? random.pick([
            `Find the derivative of $${name}(x) = ${given}$.`,
            `Let $${name}(x) = ${given}$. Compute $${name}'(x)$.`,
          ])
        : random.pick([
            `Differentiate $${given}$ with respect to $x$.`,
            `What is $\\frac{d}{dx}\\left(${given}\\right)$?`,
          ]),
      answer: expression(slope, name),
      difficulty: 'medium',
      steps: [
        `Each term is differentiated with the power rule $\\frac{d}{dx} x^n = n x^{n-1}$.`,
        `The leading term $${polynomial(leading(coefficients), 'x')}$ becomes $${polynomial(leading(slope), 'x')}$.`,
        `The constant drops out.`,
        `Altogether the derivative is $${polynomial(slope, 'x')}$.`,
      ],
      checks: [
        `At $x = 1$ the derivative equals the sum of its coefficients, $${slope.reduce((left, right) => left + right, 0)}$.`,
      ],
      wrong: [
        mistake(expression(unscaled, name), `Lowering every exponent gives $${polynomial(unscaled, 'x')}$.`),
        mistake(
          expression(kept, name),
          `Keeping the rest in place, the derivative is $${polynomial(kept, 'x')}$.`,
        ),
        mistake(
          expression(
            slope.map((value) => -value),
            name,
          ),
          `With the signs it becomes $${polynomial(
            slope.map((value) => -value),
            'x',
          )}$.`,
        ),
      ],
    }
  },
}

function derivative(coefficients: readonly number[]): number[] {
  return coefficients.slice(1).map((coefficient, index) => coefficient * (index + 1))
}

function leading(coefficients: readonly number[]): number[] {
  return coefficients.map((coefficient, index) => (index === coefficients.length - 1 ? coefficient : 0))
}

function expression(coefficients: number[], name: string | undefined): AnswerValue {
  return {
    kind: 'polynomial',
    coefficients,
    variable: 'x',
    ...(name === undefined ? {} : { name: `${name}'(x)` }),
  }
}
