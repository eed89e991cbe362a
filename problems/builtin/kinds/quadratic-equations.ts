import type { AnswerValue } from '../answer-value.ts'
import type { ProblemKind } from '../kind.ts'
import { polynomial } from '../latex.ts'
import { type Rational, latexRational, rational } from '../rational.ts'
import { mistake } from '../values.ts'

/** Quadratic equations with two rational roots; the answer is the set of solutions. */
export const quadraticEquations: ProblemKind = {
  name: 'quadratic-equations',
  task: 'math',
  domain: 'algebra',
  draft(random) {
    const a = random.pick([1, 1, 1, 2, 3])
    const p = random.integer(-12, 12)
    const q = random.pick([-11, -8, -7, -5, -4, -2, -1, 1, 3, 4, 6, 9, 10].filter((root) => root * a !== p))
    // (a x - p)(x - q)
    const coefficients = [p * q, -(p + a * q), a]
    const roots = [rational(p, a), rational(q)]
    const equation = `${polynomial(coefficients, 'x')} = 0`
    const discriminant = (p - a * q) ** 2
    return {
      prompt: random.pick([
        `Find all solutions of $${equation}$. Give the solution set.`,
        `Solve $${equation}$ over the real numbers and list every solution.`,
        `What is the set of real roots of the equation $${equation}$?`,
        `Determine all real numbers $x$ such that \\[${equation}.\\]`,
      ]),
      answer: solutions(roots),
      difficulty: a === 1 ? 'medium' : 'hard',
      steps: [
        `Here $a = ${a}$, $b = ${coefficients[1]}$ and $c = ${coefficients[0]}$.`,
        `The discriminant is $b^2 - 4ac = ${coefficients[1]! ** 2} - ${4 * a * coefficients[0]!} = ${discriminant}$.`.replace(
          '- -',
          '+ ',
        ),
        `Its square root is $${Math.abs(p - a * q)}$, so the formula gives $x = \\frac{${-coefficients[1]!} \\pm ${Math.abs(p - a * q)}}{${2 * a}}$.`,
        `The solutions are $${roots.map((root) => latexRational(root)).join('$ and $')}$.`,
      ],
      checks: [
        `By Vieta, the sum of the roots is $${latexRational(rational(p + a * q, a))}$ and their product is ` +
          `$${latexRational(rational(p * q, a))}$, as it should be.`,
      ],
      wrong: [
        mistake(
          solutions([rational(-p, a), rational(-q)]),
          `Reading off the factors, the solutions are $${latexRational(rational(-p, a))}$ and $${-q}$.`,
        ),
        mistake(
          solutions([rational(p), rational(a * q)]),
          `Dividing by $2$ the solutions come out as $${p}$ and $${a * q}$.`,
        ),
        mistake(
          solutions([rational(p, a), rational(-q)]),
          `With the signs as they stand, the solutions are $${latexRational(roots[0]!)}$ and $${-q}$.`,
        ),
      ],
    }
  },
}

function solutions(members: Rational[]): AnswerValue {
  return { kind: 'set', members, variable: 'x' }
}
